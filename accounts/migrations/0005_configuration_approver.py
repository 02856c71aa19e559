"""The role of a configuration approver, who agrees to requests for the SME."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_service_level_manager'),
    ]

    operations = [
        migrations.AlterField(
            model_name='invitation',
            name='role',
            field=models.CharField(choices=[('ldc_staff', 'Service Desk user'), ('ldc_admin', 'Organization administrator'), ('desk_agent', 'Service Desk agent'), ('critical_incident_manager', 'Critical incident manager'), ('service_level_manager', 'Service level manager'), ('configuration_approver', 'Configuration approver'), ('problem_manager', 'Problem manager'), ('change_manager', 'Change manager'), ('continuity_manager', 'Continuity manager'), ('training_coordinator', 'Training coordinator'), ('administrator', 'Administrator')], max_length=40),
        ),
        migrations.AlterField(
            model_name='membership',
            name='role',
            field=models.CharField(choices=[('ldc_staff', 'Service Desk user'), ('ldc_admin', 'Organization administrator'), ('desk_agent', 'Service Desk agent'), ('critical_incident_manager', 'Critical incident manager'), ('service_level_manager', 'Service level manager'), ('configuration_approver', 'Configuration approver'), ('problem_manager', 'Problem manager'), ('change_manager', 'Change manager'), ('continuity_manager', 'Continuity manager'), ('training_coordinator', 'Training coordinator'), ('administrator', 'Administrator')], max_length=40),
        ),
    ]

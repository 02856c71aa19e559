# One image for web, worker, beat and migrations; docker-compose.yml starts each.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/servicedesk

# Uploads go to the volume at /data/files. All else stays root's, so that the process cannot change it.
RUN useradd --system --uid 10001 --create-home desk \
 && mkdir -p /data/files \
 && chown desk:desk /data/files

COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY . .

# The key signs nothing: collectstatic only has to get past the settings. demo mode builds the
# same hashed names that production looks up.
ENV VAR_DIR=/data
RUN SECRET_KEY=only-for-building MODE=demo \
    python manage.py collectstatic --noinput --verbosity 0 \
 && python -m compileall -q accounts changes continuity servicedesk tickets training

ENV MODE=production PORT=8000
USER desk
EXPOSE 8000

# WEB_WORKERS: about two for each core.
CMD ["sh", "-c", "exec gunicorn servicedesk.wsgi --bind 0.0.0.0:$PORT --worker-class gthread --workers ${WEB_WORKERS:-4} --threads ${WEB_THREADS:-4} --worker-tmp-dir /dev/shm --no-control-socket --access-logfile - --access-logformat '%(h)s %(t)s %(m)s %(U)s %(s)s %(b)s %(L)s'"]

"""What people and the schedule do with RFCs. Each action is one transaction: row, history, news, due rows."""

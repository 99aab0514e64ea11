"""Procrastinate's tables, in a schema of their own.

Web may add a job and read back its number, nothing else: it cannot see other tenants' jobs. A job is a hint, not an
authority: what it may do is decided by the rows its worker finds under the job's tenant.
"""

from procrastinate.schema import SchemaManager
from yoyo import step

__depends__ = {"0004_analytics"}


def apply(connection):
    cursor = connection.cursor()
    cursor.execute("CREATE SCHEMA jobs")
    cursor.execute("SET LOCAL search_path = jobs, public")
    cursor.execute(SchemaManager.get_schema())
    cursor.execute("SET LOCAL search_path = public")
    cursor.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA jobs FROM PUBLIC")
    cursor.execute("GRANT USAGE ON SCHEMA jobs TO nameplate_web, nameplate_worker")
    cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO nameplate_worker")
    cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA jobs TO nameplate_web, nameplate_worker")
    cursor.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO nameplate_worker, nameplate_web")
    cursor.execute("GRANT INSERT, SELECT (id) ON jobs.procrastinate_jobs TO nameplate_web")
    cursor.execute("GRANT INSERT ON jobs.procrastinate_events TO nameplate_web")


steps = [step(apply)]

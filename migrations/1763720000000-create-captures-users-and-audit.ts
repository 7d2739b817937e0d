import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables that are not of the catalogue: captures and their gaps, users, sessions, API keys, settings, and the audit log. */
export class CreateCapturesUsersAndAudit1763720000000 implements MigrationInterface {
  name = 'CreateCapturesUsersAndAudit1763720000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE capture (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        state text NOT NULL CHECK (state IN ('receiving', 'stored', 'parsing', 'ready', 'failed', 'quarantined')),
        origin text NOT NULL CHECK (origin IN ('upload', 'watch', 'ring', 'sample')),
        sha256 text NOT NULL UNIQUE CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        size bigint NOT NULL,
        format text,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text,
        -- The attempt that may change the row; null when nobody works on it.
        attempt_token uuid,
        attempts integer NOT NULL DEFAULT 0,
        deaths integer NOT NULL DEFAULT 0,
        worker text,
        heartbeat_at timestamptz,
        stage text,
        progress_bytes bigint NOT NULL DEFAULT 0,
        progress_total bigint NOT NULL DEFAULT 0,
        progress_packets bigint NOT NULL DEFAULT 0,
        -- What the engine counted; null until ready.
        ready_at timestamptz,
        packets bigint,
        bytes bigint,
        flows bigint,
        alerts bigint,
        first_time bigint,
        last_time bigint,
        dropped bigint,
        link_types text[] NOT NULL DEFAULT '{}',
        non_flow jsonb NOT NULL DEFAULT '{}',
        damaged jsonb NOT NULL DEFAULT '[]',
        weirds jsonb NOT NULL DEFAULT '{}',
        error_code text,
        error_detail text,
        CHECK ((state = 'parsing') = (attempt_token IS NOT NULL))
      )`);
    await runner.query(`CREATE INDEX capture_by_age ON capture (created_at, id)`);
    await runner.query(`CREATE INDEX capture_waiting ON capture (created_at) WHERE state IN ('stored', 'parsing')`);
    await runner.query(`
      CREATE TABLE capture_gap (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        sensor text NOT NULL,
        from_time timestamptz NOT NULL,
        to_time timestamptz NOT NULL,
        reason text NOT NULL,
        dropped bigint
      )`);
    await runner.query(`CREATE INDEX capture_gap_by_time ON capture_gap (sensor, from_time)`);
    await runner.query(`
      CREATE TABLE app_user (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text NOT NULL,
        role text NOT NULL CHECK (role IN ('viewer', 'analyst', 'admin')),
        password_hash text NOT NULL,
        disabled boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_login_at timestamptz
      )`);
    await runner.query(`CREATE UNIQUE INDEX app_user_by_name ON app_user (lower(name))`);
    await runner.query(`
      CREATE TABLE session (
        token_hash bytea PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX session_by_user ON session (user_id)`);
    await runner.query(`
      CREATE TABLE api_key (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text NOT NULL,
        prefix text NOT NULL,
        key_hash bytea NOT NULL UNIQUE,
        scopes text[] NOT NULL,
        -- Null: made on the console of this machine, where no user is needed.
        owner_id uuid REFERENCES app_user (id) ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        last_used_at timestamptz
      )`);
    await runner.query(`CREATE INDEX api_key_by_owner ON api_key (owner_id)`);
    await runner.query(`CREATE TABLE setting (name text PRIMARY KEY, value jsonb NOT NULL)`);
    await runner.query(`
      CREATE TABLE audit (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        actor text,
        action text NOT NULL,
        object text,
        result text NOT NULL,
        address inet,
        request_id text,
        detail jsonb
      )`);
    await runner.query(`CREATE INDEX audit_by_time ON audit (at, id)`);
    await runner.query(`
      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$`);
    await runner.query(`
      CREATE TRIGGER audit_is_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit, setting, api_key, session, app_user, capture_gap, capture');
    await runner.query('DROP FUNCTION refuse_change()');
  }
}

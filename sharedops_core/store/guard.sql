-- What the policies ask: who acts, of which teams, and whether that person may write on a ticket.
--
-- The functions run with the rights of the owner, because the rows they ask are themselves under policies. Who acts is
-- the person of the login, or the one the transaction names when the role may act for them, or when the desk is a demo.
-- What stands in double braces is filled in from the matrix by guard.py.

CREATE OR REPLACE FUNCTION sharedops_acting(OUT person_id integer, OUT role text, OUT is_sealed boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS $$
DECLARE
    me person; other person; wanted text := current_setting('sharedops.acts_for', true);
BEGIN
    SELECT * INTO me FROM person WHERE account = session_user;
    IF NOT FOUND THEN
        SELECT * INTO me FROM person WHERE login = session_user AND account IS NULL;
    END IF;
    is_sealed := false;
    IF wanted <> '' AND wanted IS DISTINCT FROM me.login THEN
        SELECT * INTO other FROM person WHERE login = wanted;
        IF EXISTS (SELECT FROM setting WHERE key = 'demo') THEN me := other;
        ELSIF me.role IN ({{act_for_everybody}}) THEN me := other; is_sealed := true;
        ELSIF me.role IN ({{act_for_requesters}}) AND other.role = 'requester' THEN me := other;
        ELSE me := NULL; END IF;
    END IF;
    person_id := me.id; role := me.role;
END $$;

CREATE OR REPLACE FUNCTION sharedops_standing() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS
$$ SELECT role || CASE WHEN is_sealed THEN '{{sealed}}' ELSE '' END FROM sharedops_acting() $$;

CREATE OR REPLACE FUNCTION sharedops_me() RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS
$$ SELECT person_id FROM sharedops_acting() $$;

CREATE OR REPLACE FUNCTION sharedops_knows() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS
$$ SELECT sharedops_me() IS NOT NULL OR EXISTS (SELECT FROM setting WHERE key = 'demo') $$;

CREATE OR REPLACE FUNCTION sharedops_teams() RETURNS SETOF integer
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS
$$ SELECT team_id FROM membership WHERE person_id = (SELECT sharedops_me())
    UNION SELECT id FROM team WHERE lead_id = (SELECT sharedops_me()) $$;

CREATE OR REPLACE FUNCTION sharedops_lines() RETURNS SETOF integer
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS
$$ SELECT line FROM team WHERE id IN (SELECT sharedops_teams()) $$;

CREATE OR REPLACE FUNCTION sharedops_lanes() RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS
$$ SELECT lane FROM team WHERE lane IS NOT NULL AND id IN (SELECT sharedops_teams()) $$;

CREATE OR REPLACE FUNCTION sharedops_writable(ticket_id integer) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS
$$ BEGIN RETURN EXISTS (SELECT FROM ticket WHERE ticket.id = $1 AND ({{may_write}})); END $$;

CREATE OR REPLACE FUNCTION sharedops_follows(line_id integer, before bytea) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS
$$ BEGIN RETURN EXISTS (SELECT FROM event WHERE id = line_id - 1 AND hash = before)
    OR (line_id = 1 AND NOT EXISTS (SELECT FROM event)); END $$;

CREATE OR REPLACE FUNCTION sharedops_ends(line_id integer, line_hash bytea) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS
$$ BEGIN RETURN EXISTS (SELECT FROM event WHERE id = line_id AND hash = line_hash)
    AND line_id = (SELECT max(id) FROM event); END $$;

CREATE OR REPLACE FUNCTION sharedops_withdraw(ticket_id integer, instant timestamptz) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS $$
BEGIN
    UPDATE handoff SET decision = 'withdrawn', decided_at = instant, decided_by_id = sharedops_me()
    WHERE handoff.ticket_id = $1 AND decision = 'offered' AND sharedops_writable($1)
    AND NOT EXISTS (SELECT FROM ticket WHERE ticket.id = $1 AND offered_team_id IS NOT NULL);
END $$;

CREATE OR REPLACE FUNCTION sharedops_expire(ticket_id integer, instant timestamptz) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS $$
BEGIN
    UPDATE handoff SET decision = 'expired', decided_at = instant
    WHERE handoff.ticket_id = $1 AND decision = 'offered' AND sharedops_writable($1)
    AND NOT EXISTS (SELECT FROM ticket WHERE ticket.id = $1 AND offered_team_id IS NOT NULL);
END $$;

CREATE OR REPLACE FUNCTION sharedops_seal(ticket_id integer) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS $$
BEGIN
    UPDATE ticket SET lane = serviceitem.lane FROM serviceitem
    WHERE ticket.id = $1 AND serviceitem.id = ticket.item_id AND ({{may_change}})
    AND (ticket.lane IS NULL OR ticket.lane = serviceitem.lane OR {{may_declassify}});
    IF NOT FOUND THEN RAISE insufficient_privilege USING MESSAGE = 'this ticket stays in its lane'; END IF;
END $$;

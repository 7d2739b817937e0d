/** What searches see: the engine's record types, with alerts joined to what people made of them. */
import { alertRecord, triagedAlertRecord, type RecordType } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { quoteName } from './catalogue-ddl.ts';

/** The record types of the search language, of exports and of the field reference. */
export const servedCatalogue: readonly RecordType[] = catalogue.map((type) =>
  type === (alertRecord as RecordType) ? (triagedAlertRecord as RecordType) : type,
);

/** Columns have the catalogue's names, so that a compiled query fits. PostgreSQL takes a join out again that nobody asked for. */
const triagedAlerts = `(SELECT a.*,
    ARRAY(SELECT (entity ->> 'ip')::inet FROM jsonb_array_elements(a.alert_entities) AS entity WHERE entity ? 'ip') AS related_ip,
    coalesce(t.state, 'new') AS alert_state, t.verdict AS alert_verdict, t.assignee AS alert_assignee,
    coalesce(t.comments, 0) AS alert_comments
  FROM alert AS a LEFT JOIN alert_triage AS t USING (alert_id)) AS alert`;

/** What follows FROM to read rows of this type. */
export function relationOf(type: RecordType): string {
  return type === (triagedAlertRecord as RecordType) ? triagedAlerts : quoteName(type.name);
}

/** What searches see: the engine's record types, with alerts joined to what people made of them. */
import { alertRecord, attackTactics, techniqueTactics, triagedAlertRecord, type RecordType } from '@wirecase/contract';
import { catalogue } from '@wirecase/engine';
import { quoteName } from './catalogue-ddl.ts';

/** The record types of the search language, of exports and of the field reference. */
export const servedCatalogue: readonly RecordType[] = catalogue.map((type) =>
  type === (alertRecord as RecordType) ? (triagedAlertRecord as RecordType) : type,
);

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** Rows (place in the order of an attack, id, name, techniques) of the tactics. */
const tactics = Object.entries(attackTactics)
  .map(([id, name], place) => {
    const techniques = Object.keys(techniqueTactics).filter((technique) => techniqueTactics[technique]!.includes(id));
    return `(${place}, ${text(id)}, ${text(name)}, ARRAY[${techniques.map(text).join(', ')}]::text[])`;
  })
  .join(', ');

/** What the tactics of an alert have in this column. A sub-technique (T1110.001) serves the tactics of its technique. */
const tacticsOf = (column: 'id' | 'name') =>
  `ARRAY(SELECT tactic.${column} FROM (VALUES ${tactics}) AS tactic (place, id, name, techniques)
      WHERE tactic.techniques && ARRAY(SELECT split_part(technique, '.', 1) FROM unnest(a.threat_technique_id) AS technique) ORDER BY place)`;

/** Columns have the catalogue's names, so that a compiled query fits. PostgreSQL takes a join out again that nobody asked for. */
const triagedAlerts = `(SELECT a.*,
    ARRAY(SELECT (entity ->> 'ip')::inet FROM jsonb_array_elements(a.alert_entities) AS entity WHERE entity ? 'ip') AS related_ip,
    ${tacticsOf('id')} AS threat_tactic_id, ${tacticsOf('name')} AS threat_tactic_name,
    coalesce(t.state, 'new') AS alert_state, t.verdict AS alert_verdict, t.assignee AS alert_assignee,
    coalesce(t.comments, 0) AS alert_comments
  FROM alert AS a LEFT JOIN alert_triage AS t USING (alert_id)) AS alert`;

/** What follows FROM to read rows of this type. */
export function relationOf(type: RecordType): string {
  return type === (triagedAlertRecord as RecordType) ? triagedAlerts : quoteName(type.name);
}

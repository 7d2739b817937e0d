/** Indicators of other people's incidents: lists that the operator imports, and where stored traffic has what they name. */
import type { Versioned } from './version.ts';

export const indicatorTypes = ['ip', 'cidr', 'domain', 'url', 'md5', 'sha1', 'sha256', 'ja3', 'ja4', 'cert-sha1', 'cert-sha256'] as const;
export type IndicatorType = (typeof indicatorTypes)[number];

export interface Indicator {
  type: IndicatorType;
  /** In the one spelling that is compared: lower case, addresses short, networks without host bits. */
  value: string;
  comment: string | null;
}

/** The rule of alerts about matches; no detector of the engine: rows that are stored are compared, whenever a list or a capture comes. */
export const indicatorRule = {
  id: 'intel.match',
  name: 'Indicator match',
  version: '1',
  doc: 'Stored traffic has what a list of indicators names: an address, domain, URL, hash, fingerprint or certificate. One alert for each indicator and pair of hosts in a capture, or in the whole series of a sensor. Severity is that of the list; how sure it is depends on the kind of indicator. A list that is old, or names shared hosting, errs: the rows that matched are under Indicators.',
} as const;

/** What of a file was not taken, or was and looks wrong. */
export interface ImportProblem {
  /** Line of a text; number of the object or attribute in a bundle or event, from 1. */
  line: number;
  /** What is wrong and what to do. */
  text: string;
}

/** How the import of a list's content went. */
export interface ImportReport {
  format: 'csv' | 'stix' | 'misp';
  /** Different indicators that were taken. */
  taken: number;
  /** Said more than once in the file. */
  repeated: number;
  /** Lines, objects or attributes that were not taken because they are wrong or of a kind that is not compared. */
  notRead: number;
  /** The first of them. */
  problems: ImportProblem[];
  /** The first of what was taken and matches more than its author can have meant. */
  warnings: ImportProblem[];
}

/** POST /lists (201 IndicatorList); PUT /lists/{id} (200) takes a `Change` of it. */
export interface IndicatorListRequest {
  name: string;
  description: string;
  /** Who answers for it: a person, a team, a feed. */
  owner: string;
  /** 0-100, as of alerts. */
  severity: number;
}

/** GET /lists, GET /lists/{id}; PUT /lists/{id}/content?version= takes a file and answers with it; DELETE /lists/{id} (204). */
export interface IndicatorList extends IndicatorListRequest, Versioned {
  id: string;
  createdAt: string;
  createdBy: string;
  indicators: number;
  /** Captures that have one of them. */
  captures: number;
  matches: number;
  /** Captures that it is still to be compared with. */
  waiting: number;
  /** Null: it never had content. */
  report: ImportReport | null;
}

/** GET /lists/{id}/matches, GET /matches: newest traffic first. */
export interface IndicatorMatch {
  id: string;
  listId: string;
  listName: string;
  severity: number;
  type: IndicatorType;
  indicator: string;
  comment: string | null;
  captureId: string;
  captureName: string;
  /** Null: a record of no flow. */
  flowId: string | null;
  /** Name of the field that has it, and what it says there. */
  field: string;
  value: string;
  /** Of the packet or the flow's first one. */
  time: string;
  sourceIp: string;
  destinationIp: string;
}

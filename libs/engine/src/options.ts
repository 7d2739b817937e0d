import type { ReassemblyOptions } from '@wirecase/decode';
import { defaultFlowOptions, type FlowOptions } from '@wirecase/flow';

export interface AnalyzeOptions {
  flow: Partial<FlowOptions>;
  reassembly: Partial<ReassemblyOptions>;
  /** Seed of the Community ID, 0 to 65535: the same in every tool whose ids are compared. */
  communityIdSeed: number;
  /** Whether detectors run. */
  alerts: boolean;
  /** Options of detectors, by rule id, where they are not the default. */
  detectors: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Whether an inventory of hosts is made, and addresses in it beyond which there is one row for all others. */
  hosts: boolean;
  maxHosts: number;
  /** Whether capture quality is kept, and hosts and minutes beyond which there is one row a minute for all others. */
  quality: boolean;
  maxQualityRows: number;
  /** Whether single-packet, unanswered flows of one source beyond `collapseAfter` a minute, or to one responder beyond ten times that, become one row. */
  collapse: boolean;
  /** Flows of one source of one kind within a minute that keep a row of their own. */
  collapseAfter: number;
  /** Rows per weird name; the counts in the summary go on. */
  maxWeirdRows: number;
}

export const defaultAnalyzeOptions: AnalyzeOptions = {
  flow: defaultFlowOptions,
  reassembly: {},
  communityIdSeed: 0,
  alerts: true,
  detectors: {},
  hosts: true,
  maxHosts: 20_000,
  quality: true,
  maxQualityRows: 20_000,
  collapse: true,
  collapseAfter: 100,
  maxWeirdRows: 10_000,
};

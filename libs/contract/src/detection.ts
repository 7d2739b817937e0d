/** What operators say of detection: thresholds, allow-lists, asset roles and suppressions. */
import type { Versioned } from './version.ts';

/** Sanctioned jobs of hosts that look like attacks. */
export const assetRoles = ['scanner', 'monitor', 'load-balancer', 'backup', 'resolver', 'nat'] as const;
export type AssetRole = (typeof assetRoles)[number];

export interface Asset {
  /** Address or network. */
  network: string;
  role: AssetRole;
  owner: string;
  reason: string;
  /** RFC 3339; null: for good. */
  expiresAt: string | null;
}

/** PUT /detection/settings: everything at once; `version` is the one that was read. */
export interface DetectionSettings {
  version: number;
  /** Rule id -> option -> value, where it is not the default. */
  options: Record<string, Record<string, number>>;
  /** Rule id -> addresses and networks whose attacks it does not tell of. */
  allow: Record<string, string[]>;
  assets: Asset[];
}
/** GET /detection/settings; GET /detection/settings/versions lists all, newest first. */
export type StoredDetectionSettings = DetectionSettings & Versioned;

/** GET /detectors: the rules and what can be set of them. */
export interface DetectorInfo {
  id: string;
  name: string;
  version: string;
  doc: string;
  options: { name: string; doc: string; unit: string; default: number }[];
}

/** GET /detectors/traffic-classifier/card: what the model was trained on, and how good it was on tools that it had not seen. */
export interface ClassifierCard {
  version: string;
  /** Of the model's file. */
  sha256: string;
  /** By length of window. */
  windows: {
    seconds: number;
    /** Mean of the classes' F1; each window judged by a model trained without the tool of its capture. */
    macroF1: number;
    classes: { class: string; windows: number; precision: number; recall: number; f1: number }[];
    /** Expected calibration error, before and after calibration on other tools. */
    calibrationError: { before: number; after: number };
    /** Rules and other models on the same windows; `wrong`: of `benign` windows of harmless hosts. */
    comparison: { way: string; macroF1: number; benign: number; wrong: number }[];
    /** By the tool that was left out: windows of attackers, and those that were named rightly. */
    tools: { tool: string; windows: number; right: number }[];
  }[];
  captures: { name: string; sha256: string; tool: string; class: string }[];
}

/** What the traffic classifier adds to the evidence of an alert, `wirecase.alert.evidence.ml`. */
export interface ModelOpinion {
  /** First half of the SHA-256 of the model's file. */
  model: string;
  /** Seconds. */
  window: number;
  class: string;
  /** 0-1, calibrated. */
  confidence: number;
  /** Of the class; `base` and the contributions of all features add up to it exactly. */
  logit: number;
  base: number;
  /** The strongest ones. */
  contributions: { feature: string; words: string; value: number; logit: number }[];
  /** What the features that are not listed add. */
  rest: number;
  /** The nearest value of a listed feature with which another class would be likelier; null when no single one does. */
  clearing: { feature: string; words: string; value: number } | null;
}

/** POST /suppressions (201 Suppression). Alerts that match everything given are kept and counted, and nobody is told of them. */
export interface CreateSuppressionRequest {
  /** Rule id; null: every rule. */
  rule: string | null;
  /** Address, network or MAC of any entity; null: whoever. */
  entity: string | null;
  /** Only in this capture; null: in all. */
  captureId: string | null;
  owner: string;
  reason: string;
  expiresAt: string;
}
/** GET /suppressions, newest first; DELETE /suppressions/{id} (204) ends it, the row stays. */
export interface Suppression extends CreateSuppressionRequest {
  id: string;
  createdAt: string;
  createdBy: string;
  endedAt: string | null;
  endedBy: string | null;
  /** Alerts that are suppressed by it. */
  alerts: number;
}

/** What a worker needs of it for one capture; data, so that it can be handed to the parser. */
export interface DetectionPolicy {
  settings: DetectionSettings;
  suppressions: Pick<Suppression, 'id' | 'rule' | 'entity'>[];
}

/** `wirecase.alert.suppressed_by` of an alert whose attackers the rule's allow-list names. */
export const allowListed = 'allow-list';

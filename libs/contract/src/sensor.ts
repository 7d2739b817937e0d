/** Sensors: interfaces that are captured from, what they saw, and how they are. Times are RFC 3339 UTC. */

import type { SensorSchedule } from './schedule.ts';
import type { Versioned } from './version.ts';

/** What may be set of a sensor. */
export interface SensorSettings {
  name: string;
  interface: string;
  /** BPF filter; null: everything. */
  filter: string | null;
  /** Bytes captured of each packet; null: all. */
  snapLength: number | null;
  /** A file of the ring is closed at this size or age, whichever comes first. */
  fileBytes: number;
  fileSeconds: number;
  /** Ring files kept at most. */
  budgetBytes: number;
  /** Free disk that is kept; null: 256 MiB and two files, at most a tenth of the disk. */
  watermarkBytes: number | null;
  /** Kernel buffer. */
  bufferMebibytes: number;
  program: 'dumpcap' | 'tcpdump';
  /** Analysis lags, and it is told, above so many seconds or closed files that wait. */
  maxLagSeconds: number;
  maxLagFiles: number;
  /** When it captures by itself; null: whenever it was started. */
  schedule: SensorSchedule | null;
  /** Which alerts of it keep the traffic around them; null: none by themselves. */
  trigger: SensorTrigger | null;
}

/** What is set where nobody says anything else. */
export const sensorDefaults = { maxLagSeconds: 10, maxLagFiles: 10, schedule: null, trigger: null } as const;

/** Alerts that hold the ring files around them by themselves. */
export interface SensorTrigger {
  minSeverity: number;
  /** Ids of rules; empty: any. */
  rules: string[];
  /** Before the first packet and after the last one of the alert. */
  beforeSeconds: number;
  afterSeconds: number;
  /** While so much is held by triggers of the sensor, further alerts hold nothing; null: half of its budget. */
  maxBytes: number | null;
  /** Days after which such a hold ends. */
  keepDays: number;
}

/** GET /sensors, /sensors/{id}. PUT /sensors/{id} takes a `Change` of its settings; starting and stopping it is none. */
export interface Sensor extends SensorSettings, Versioned {
  id: string;
  host: string;
  isEnabled: boolean;
  /** It ends by itself then; null: it goes on. */
  stopAt: string | null;
  /** Made by WIRECASE_CAPTURE_INTERFACE: its settings come from the environment. */
  isConfigured: boolean;
  createdAt: string;
  createdBy: string | null;
  /** What the rotator last said; null: nothing yet. */
  status: { isCapturing: boolean; detail: string; at: string } | null;
  /** Whether nothing was heard of it for ten seconds although it is to capture: its machine, or the way to it, is gone. */
  isAway: boolean;
  /** Since when its analysis lags behind, and how; null: it does not. */
  lag: SensorTrouble | null;
  /** Since when its triggers hold nothing more, and why; null: they do. */
  triggerFull: SensorTrouble | null;
  /** What the engine last said of the traffic; null: nothing yet. */
  live: LiveSample | null;
}

export interface SensorTrouble {
  since: string;
  detail: string;
}

/** What is told on the channels of a sensor itself: that something ails it, and that it is over. */
export const sensorNoticeKinds = [
  ...(['sensor.away', 'sensor.back'] as const),
  ...(['sensor.lagging', 'sensor.caught-up'] as const),
  ...(['sensor.trigger-full', 'sensor.trigger-free'] as const),
] as const;
export interface SensorNotice {
  kind: (typeof sensorNoticeKinds)[number];
  sensorId: string;
  sensor: string;
  at: string;
  /** 0-100, as of alerts. */
  severity: number;
  detail: string;
}

/** A second of a sensor, as the engine saw it; `event: sensor.live`. */
export interface LiveSample {
  sensor: string;
  at: string;
  /** In the second that ended last, by packet time. */
  packets: number;
  bits: number;
  flows: number;
  openFlows: number;
  /** Seconds between now and the last packet that was read, while packets wait; 0 when none does. */
  lagSeconds: number;
  /** Bytes of the file at hand that are not read yet, and files after it. */
  waitingBytes: number;
  waitingFiles: number;
}

/** GET /sensors/{id}/traffic?minutes=: one entry a minute with traffic, oldest first. */
export interface SensorTraffic {
  from: string;
  to: string;
  minutes: TrafficMinute[];
  gaps: SensorGap[];
  events: SensorEvent[];
  talkers: { ip: string; bytes: number; flows: number }[];
  protocols: { name: string; bytes: number; flows: number }[];
}
export interface TrafficMinute {
  minute: string;
  packets: number;
  bytes: number;
  /** Flows that began. */
  flows: number;
  /** Whether files still open may add to it. */
  isOpen: boolean;
}
export interface SensorGap {
  from: string;
  to: string;
  reason: string;
  dropped: number;
}
export interface SensorEvent {
  at: string;
  kind: string;
  detail: string;
}

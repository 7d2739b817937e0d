/** Sensors: interfaces that are captured from, what they saw, and how they are. Times are RFC 3339 UTC. */

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
}

/** GET /sensors, /sensors/{id} */
export interface Sensor extends SensorSettings {
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
  /** What the engine last said of the traffic; null: nothing yet. */
  live: LiveSample | null;
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
  /** Bytes of ring files that are not read yet. */
  waitingBytes: number;
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

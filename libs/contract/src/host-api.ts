/** GET /hosts and /hosts/{ip}: what is told of an address over captures. Its rows by capture are records of the type `host`. */
import type { HostName, HostPeer, HostService, HostUse, HostUser, OsReason } from './host.ts';

/** An address over the captures asked for. Sums are over all of them; lists and guesses over the newest 200. */
export interface HostOverview {
  ip: string;
  /** Captures in which it was seen. */
  captures: number;
  /** More than 1 in the rows of 0.0.0.0 and ::, which stand for many. */
  hosts: number;
  first: string;
  last: string;
  names: HostName[];
  macs: string[];
  /** Who made its network cards. */
  vendors: string[];
  zone: string | null;
  country: string | null;
  city: string | null;
  asNumber: number | null;
  asName: string | null;
  os: { name: string; full: string | null; confidence: number; reasons: OsReason[] } | null;
  roles: string[];
  services: HostService[];
  uses: HostUse[];
  users: HostUser[];
  /** The most in one capture: how many are the same in two is not known. */
  peers: number;
  topPeers: HostPeer[];
  flowsOut: number;
  flowsIn: number;
  packetsSent: number;
  packetsReceived: number;
  bytesSent: number;
  bytesReceived: number;
}

/** GET /hosts/{ip} */
export interface HostDetail extends HostOverview {
  /** The newest 200, newest first. */
  seenIn: HostSighting[];
}

/** A capture in which it was seen. */
export interface HostSighting {
  captureId: string;
  captureName: string;
  first: string;
  last: string;
  packetsSent: number;
  packetsReceived: number;
  bytesSent: number;
  bytesReceived: number;
}

/**
 * Detectors: they count outcomes of flows and logins, names, headers and ARP in packet time and say what they found, with the evidence. `registry` lists them; the engine
 * creates each once per capture and tells it of every flow.
 */
import { amplification } from './amplification/detector.ts';
import { arpScan } from './arp-scan/detector.ts';
import { arpSpoof } from './arp-spoof/detector.ts';
import { arpStorm } from './arp-storm/detector.ts';
import { beacon } from './beacon/detector.ts';
import { bruteForce } from './brute-force/detector.ts';
import { classifier } from './classifier/detector.ts';
import { clearCredentials } from './clear-credentials/detector.ts';
import { dga } from './dga/detector.ts';
import { dhcpStarvation } from './dhcp-starvation/detector.ts';
import { dnsForgery } from './dns-forgery/detector.ts';
import { dnsTunnel } from './dns-tunnel/detector.ts';
import { connectionExhaustion } from './connection-exhaustion/detector.ts';
import type { DetectorModule } from './detector.ts';
import { executableTransfer } from './executable-transfer/detector.ts';
import { exfiltration } from './exfiltration/detector.ts';
import { flood } from './flood/detector.ts';
import { icmpRedirect } from './icmp-redirect/detector.ts';
import { icmpTunnel } from './icmp-tunnel/detector.ts';
import { lateralMovement } from './lateral-movement/detector.ts';
import { longConnection } from './long-connection/detector.ts';
import { macFlood } from './mac-flood/detector.ts';
import { namePoisoning } from './name-poisoning/detector.ts';
import { ndpSpoof } from './ndp-spoof/detector.ts';
import { pingSweep } from './ping-sweep/detector.ts';
import { portScan } from './port-scan/detector.ts';
import { ptrSweep } from './ptr-sweep/detector.ts';
import { rangeAttack } from './range-attack/detector.ts';
import { requestFlood } from './request-flood/detector.ts';
import { rogueDhcp } from './rogue-dhcp/detector.ts';
import { rogueDns } from './rogue-dns/detector.ts';
import { rogueRouter } from './rogue-router/detector.ts';
import { slowRead } from './slow-read/detector.ts';
import { spanningTree } from './spanning-tree/detector.ts';
import { strobe } from './strobe/detector.ts';
import { suspiciousTls } from './suspicious-tls/detector.ts';
import { timedTalk } from './timed-talk/detector.ts';
import { traceroute } from './traceroute/detector.ts';
import { unusualPort } from './unusual-port/detector.ts';
import { webProbe } from './web-probe/detector.ts';

export * from './detector.ts';
/** Ports of services on UDP that amplify: the engine shows all of their packets. */
export { kindOfPort } from './amplifying-services.ts';
export { card } from './classifier/card.ts';
export { features, rounded, vectorOf } from './classifier/features.ts';
export { calibrated, LEAF, Model, type ModelFile, SCALE, type TreeFile } from './classifier/model.ts';
export { LONG_SECONDS, MIN_ACTIVITY, SHORT_SECONDS, TrafficWindows } from './classifier/traffic-windows.ts';
export type { WindowTable } from './classifier/window-table.ts';
export { judged } from './policy.ts';

export const registry: readonly DetectorModule[] = [
  portScan,
  arpSpoof,
  arpScan,
  arpStorm,
  pingSweep,
  flood,
  amplification,
  requestFlood,
  bruteForce,
  clearCredentials,
  dnsTunnel,
  dga,
  beacon,
  timedTalk,
  exfiltration,
  longConnection,
  connectionExhaustion,
  slowRead,
  rangeAttack,
  webProbe,
  lateralMovement,
  rogueDhcp,
  rogueDns,
  rogueRouter,
  ndpSpoof,
  icmpRedirect,
  dnsForgery,
  namePoisoning,
  traceroute,
  icmpTunnel,
  macFlood,
  spanningTree,
  dhcpStarvation,
  ptrSweep,
  executableTransfer,
  suspiciousTls,
  strobe,
  unusualPort,
  classifier,
];

export { classifier };

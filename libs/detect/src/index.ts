/**
 * Detectors: they count outcomes of flows, headers and ARP in packet time and say what they found, with the evidence. `registry` lists them; the engine
 * creates each once per capture and tells it of every flow.
 */
import { arpScan } from './arp-scan/detector.ts';
import { arpSpoof } from './arp-spoof/detector.ts';
import type { DetectorModule } from './detector.ts';
import { flood } from './flood/detector.ts';
import { pingSweep } from './ping-sweep/detector.ts';
import { portScan } from './port-scan/detector.ts';

export * from './detector.ts';
export { judged } from './policy.ts';

export const registry: readonly DetectorModule[] = [portScan, arpSpoof, arpScan, pingSweep, flood];

/** Services on UDP that answer a short question of anyone with much: what amplifies (US-CERT TA14-017A, and what came later). */

interface Service {
  name: string;
  /** Whether one question to a group is ordinarily answered by many hosts. */
  isDiscovery: boolean;
}

const services: ReadonlyMap<number, Service> = new Map([
  [17, { name: 'QOTD', isDiscovery: false }],
  [19, { name: 'chargen', isDiscovery: false }],
  [53, { name: 'DNS', isDiscovery: false }],
  [111, { name: 'portmap', isDiscovery: false }],
  [123, { name: 'NTP', isDiscovery: false }],
  [389, { name: 'CLDAP', isDiscovery: false }],
  [1900, { name: 'SSDP', isDiscovery: true }],
  [3283, { name: 'Apple Remote Desktop', isDiscovery: false }],
  [3702, { name: 'WS-Discovery', isDiscovery: true }],
  [11_211, { name: 'memcached', isDiscovery: false }],
  [37_810, { name: 'DHDiscover', isDiscovery: true }],
]);

export const DNS = 53;

/** By port: 1 for services that amplify, 2 for those among them that are asked for by multicast; read for every packet of UDP. */
export const kindOfPort = new Uint8Array(0x1_0000);
export const DISCOVERY = 2;
for (const [port, { isDiscovery }] of services) kindOfPort[port] = isDiscovery ? DISCOVERY : 1;

export const nameOfPort = (port: number): string => services.get(port)!.name;

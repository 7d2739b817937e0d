/** What the hosts of a network are asked for all day, by programs with timers of their own. */

/** Mail, shells, files, printers, directories, names, clocks and databases: jobs, pools and mail programs ask by timers, implants ask others. */
const housework = new Set([
  21, 22, 25, 53, 88, 110, 111, 123, 135, 137, 139, 143, 161, 162, 389, 445, 464, 465, 514, 515, 543, 544, 548, 554, 587, 631, 636, 873,
  990, 993, 995, 1433, 1521, 1883, 2049, 3260, 3268, 3269, 3306, 3389, 5060, 5061, 5222, 5432, 5433, 5672, 5900, 5901, 5902, 5903, 5984,
  6379, 8883, 9092, 9100, 9418, 11211, 27017,
]);

/** Services beyond 1023 that many agents report to: web applications, monitoring, logs, clusters. */
const reports = new Set([
  1514, 1515, 2055, 2181, 2375, 2376, 2379, 2380, 3000, 3001, 3100, 3128, 4222, 4317, 4318, 4505, 4506, 4739, 5000, 5001, 5044, 5601, 5666,
  5671, 5985, 5986, 6343, 6443, 6514, 7946, 8000, 8001, 8008, 8009, 8080, 8081, 8086, 8088, 8090, 8125, 8140, 8200, 8300, 8301, 8302, 8443,
  8500, 8530, 8531, 8888, 9000, 9001, 9090, 9091, 9093, 9200, 9300, 9443, 9997, 10_050, 10_051, 10_250, 12_201, 15_672, 24_224,
]);

/**
 * Services over UDP that hosts ask outside all day: names, clocks, addresses, tunnels and calls that are kept open, streams, logs; web pages,
 * which are asked for over TCP at other times.
 */
const chatter = new Set([
  53, 67, 69, 80, 88, 123, 137, 138, 161, 162, 389, 443, 500, 514, 547, 784, 853, 1194, 1645, 1646, 1701, 1812, 1813, 1900, 3478, 3479,
  3480, 3481, 3544, 4500, 5004, 5005, 5060, 5061, 5349, 5351, 5353, 5355, 5443, 6343, 6514, 8853, 19_302, 19_305, 41_641, 51_820,
]);

/** Services beside these to which a connection is held all day, to be told of news: chat, pushed messages, music, remote help. */
const held = new Set([
  1194, 2195, 2197, 4070, 5223, 5228, 5229, 5230, 5938, 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 6697,
]);

/** Whether programs keep a connection to `port` outside their network by saying something from time to time. */
export function isHeld(port: number, isUdp: boolean): boolean {
  return isUdp ? isChatter(port) : housework.has(port) || held.has(port);
}

/** Whether hosts ask at `port` over UDP outside their network by timers of their own. */
export function isChatter(port: number): boolean {
  return chatter.has(port);
}

/** Whether timers of the operator ask at `port` of a host of the network. */
export function isHousework(port: number): boolean {
  return housework.has(port);
}

/** Whether `port` has no service that several hosts of a network report to by a timer. */
export function isRare(port: number): boolean {
  return port >= 1024 && !housework.has(port) && !reports.has(port);
}

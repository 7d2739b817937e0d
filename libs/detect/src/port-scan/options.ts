import type { DetectorOptions } from '../detector.ts';

export const options = {
  ports: {
    doc: 'Distinct ports (or IP protocols) of one host on which a source must fail within the window for a vertical scan, more than answer.',
    unit: 'count',
    default: 9,
  },
  rawPercent: {
    doc: 'Percent of `ports`, and of `faintPorts` in `slowWindow`, that suffice when all were tried from one port of the source, as by tools that make their own packets; programs get another each time.',
    unit: 'count',
    default: 50,
  },
  burst: {
    doc: 'Distinct ports of one host tried within two seconds, none of which has answered, that are a scan before their silence is known.',
    unit: 'count',
    default: 12,
  },
  faintPorts: {
    doc: 'The same as `ports` for UDP to a host that neither answers nor refuses: UDP need not be answered.',
    unit: 'count',
    default: 20,
  },
  neighbours: {
    doc: 'Hosts of one network (/24, /64) on which a source must fail at one port for a horizontal scan, twice as many as answer; hosts anywhere when all were tried from one port of the source.',
    unit: 'count',
    default: 6,
  },
  siteHosts: {
    doc: 'Hosts of one site (/16, /48) on which a source must fail at one port within a minute for a horizontal scan, six times as many as answer; a private source with hosts of private addresses only.',
    unit: 'count',
    default: 10,
  },
  hosts: {
    doc: 'Distinct hosts anywhere on which an external source must fail at one port within the window for a horizontal scan.',
    unit: 'count',
    default: 25,
  },
  internalHosts: {
    doc: 'The same for a source with a private address: monitors, management tools and peer-to-peer clients try many hosts.',
    unit: 'count',
    default: 100,
  },
  sources: {
    doc: 'Sources that must fail on different ports of one host within 20 s for a distributed scan, or at once on each of four ports within half an hour for one among decoys.',
    unit: 'count',
    default: 4,
  },
  slowNeighbours: {
    doc: 'Hosts of one network on which a source must fail at one port of a service within `slowWindow`, six times as many as answer, three times at most on each; a private source with hosts of private addresses only.',
    unit: 'count',
    default: 9,
  },
  window: { doc: 'Time in which the failures must happen, and the quiet time that ends a scan.', unit: 'seconds', default: 900 },
  slowWindow: {
    doc: 'The same for a slow scan: `ports` of one host (`rawPercent` of them by TCP or protocols of IP from one port of the source), or `faintPorts` of a silent one by UDP, or `slowNeighbours` of one network, all of services, and none of which the source tries again and again or was ever answered by.',
    unit: 'seconds',
    default: 14_400,
  },
  answerWait: {
    doc: 'How long a SYN may stay unanswered before it counts as failed. An answer that comes later takes the failure back.',
    unit: 'seconds',
    default: 0.4,
  },
} satisfies DetectorOptions;

import { httpRecord } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { webProbe } from './detector.ts';

const client = '203.0.113.7';
const server = '192.0.2.80';

interface Asked {
  path: string;
  query?: string | null;
  status?: number;
  referrer?: string | null;
}

class Web extends ContactScript {
  constructor() {
    super((context) => webProbe.create(context, optionValues(webProbe.options)));
  }

  ask({ path, query = null, status = 404, referrer = null }: Asked): this {
    const { sourceIp, destinationIp } = this.syn(client, server, 80);
    const row = { method: 'GET', statusCode: status, urlDomain: 'www.example.test', urlPath: path, urlQuery: query, referrer };
    this.record(httpRecord, { sourceIp, destinationIp, ...row });
    return this;
  }

  /** `count` of them, `interval` seconds apart. */
  askAll(count: number, asked: (i: number) => Asked, interval = 0.1): this {
    const begin = this.seconds;
    for (let i = 0; i < count; i++) this.at(begin + (i + 1) * interval).ask(asked(i));
    return this;
  }
}

/** As in a list of words. */
const word = (i: number): string => `/${String.fromCharCode(103 + (i % 20))}word${i}`;

describe('names of a list', () => {
  it('are silent at 19 and told at the 20th', () => {
    expect(new Web().askAll(19, (i) => ({ path: word(i) })).finish()).toEqual([]);
    expect(new Web().askAll(20, (i) => ({ path: word(i) })).finish()).toMatchObject([
      {
        alertClass: 'web.discovery',
        techniques: ['T1595.003'],
        detectedAt: 2_000_000_000n,
        entities: [
          { role: 'attacker', ip: client },
          { role: 'victim', ip: server },
        ],
        evidence: { metric: 'names that are not there', value: 20, threshold: 20, window: 300 },
      },
    ]);
  });

  it('are one finding in however many folders, also where the server forbids rather than denies', () => {
    const found = new Web().askAll(300, (i) => ({ path: `/app${i % 3}${word(i)}.php`, status: i % 2 ? 403 : 404 })).finish();
    expect(found).toMatchObject([{ confidence: 0.9 }]);
  });

  it('are told of scanners that ask in a folder of its own for each', () => {
    expect(new Web().askAll(20, (i) => ({ path: `${word(i)}/readme.txt` })).finish()).toHaveLength(1);
  });

  it('are told at one in fifteen seconds, and not at one in twenty', () => {
    expect(new Web().askAll(40, (i) => ({ path: word(i) }), 15).finish()).toHaveLength(1);
    expect(new Web().askAll(80, (i) => ({ path: word(i) }), 20).finish()).toEqual([]);
  });

  it('are told though some are there', () => {
    expect(new Web().askAll(60, (i) => ({ path: word(i), status: i % 5 ? 404 : 200 })).finish()).toHaveLength(1);
  });

  it('may go on', () => {
    const run = new Web().askAll(25, (i) => ({ path: word(i) }));
    expect(run.findings).toEqual([]);
    expect(run.open()).toMatchObject([{ evidence: { value: 25 } }]);
    expect(run.at(1000).open()).toEqual([]);
    expect(run.findings).toHaveLength(1);
  });

  it('are no pages with broken links, no crawler, and nobody who asks for the same again', () => {
    const page = 'http://www.example.test/';
    expect(new Web().askAll(500, (i) => ({ path: word(i), referrer: page })).finish()).toEqual([]);
    expect(new Web().askAll(500, (i) => ({ path: word(i), status: i % 2 ? 404 : 200 })).finish()).toEqual([]);
    expect(new Web().askAll(500, (i) => ({ path: word(i % 15) })).finish()).toEqual([]);
  });

  it('are no parts of packages, debug symbols, tiles of maps or objects with numbers', () => {
    const parts = ['jar', 'pom', 'jar.sha1', 'pom.sha1', 'module'];
    const artifact = (i: number) => `/maven2/org/${word(i % 40)}/lib/1.${i % 40}/lib-1.${i % 40}.${parts[Math.floor(i / 40)]!}`;
    const build = (i: number) => `/buildid/${(0x1234_5678_9abc + i).toString(16)}/debuginfo`;
    for (const path of [artifact, build, (i: number) => `/12/${i % 20}/${i}.png`, (i: number) => `/users/${i}`])
      expect(new Web().askAll(200, (i) => ({ path: path(i) })).finish()).toEqual([]);
  });

  it('are no icons and what else every server is asked for', () => {
    const sizes = [57, 60, 72, 76, 114, 120, 144, 152, 180, 192];
    const names = sizes.flatMap((size) => [`/apple-touch-icon-${size}x${size}.png`, `/favicon-${size}.ico`, `/.well-known/thing-${size}`]);
    expect(new Web().askAll(names.length, (i) => ({ path: names[i]! })).finish()).toEqual([]);
  });
});

describe('queries with SQL in a value', () => {
  const injected = (i: number): Asked => ({ path: '/page', query: `id=7%20AND%20${i}%3D${i}`, status: 200 });

  it('are silent at nine different ones and told at the tenth', () => {
    expect(new Web().askAll(9, injected).askAll(9, injected).finish()).toEqual([]);
    expect(new Web().askAll(10, injected).finish()).toMatchObject([
      { alertClass: 'web.injection', techniques: ['T1190'], detectedAt: 1_000_000_000n, evidence: { value: 10, threshold: 10 } },
    ]);
  });

  it('are told beside names that are not there', () => {
    const found = new Web()
      .askAll(20, (i) => ({ path: word(i) }))
      .askAll(20, injected)
      .finish();
    expect(found.map(({ alertClass }) => alertClass)).toEqual(['web.discovery', 'web.injection']);
  });

  it('are no searches and no dashboards', () => {
    const search = (i: number): Asked => ({ path: '/search', query: `q=black+and+white+${i}`, status: 200 });
    const chart = (i: number): Asked => ({ path: '/query', query: `q=SELECT+mean(x)+FROM+cpu+WHERE+id=${i}+AND+time>1`, status: 200 });
    expect(new Web().askAll(100, search).askAll(100, chart).finish()).toEqual([]);
  });
});

it('keeps a bounded number of clients', () => {
  const run = new Web();
  for (let i = 0; i < 4000; i++) {
    const { sourceIp, destinationIp } = run.at(i / 100).syn(`198.18.${i >> 8}.${i & 255}`, server, 80);
    run.record(httpRecord, {
      sourceIp,
      destinationIp,
      method: 'GET',
      statusCode: 404,
      urlDomain: null,
      urlPath: '/x',
      urlQuery: null,
      referrer: null,
    });
  }
  expect(run.finish()).toEqual([]);
});

import { eveAlert, parseIp, sightLines, type SensorNotice } from '@wirecase/contract';
import { describe, expect, it } from 'vitest';
import { isReachable, guardedPost } from './guarded-post.ts';
import { cefText, chatBody, headline, plainText, webhookBody, type Message, type StoredAlert } from './messages.ts';
import { syslogLines } from './syslog.ts';

const alert = (change: Partial<StoredAlert> = {}): StoredAlert => ({
  captureId: 'c',
  id: 'a1',
  start: 1_700_000_000_000_000_000n,
  end: 1_700_000_001_000_000_000n,
  severity: 75,
  ruleId: 'flood',
  ruleName: 'Flood',
  ruleVersion: '1',
  techniques: ['T1498.001'],
  sourceIp: parseIp('10.0.0.1'),
  destinationIp: null,
  alertClass: 'flood.syn',
  confidence: 0.9,
  detectedAt: 1_700_000_000_500_000_000n,
  entities: [],
  evidence: {},
  explanation: 'It was flooded.',
  suppressedBy: null,
  unseen: [],
  ...change,
});

const message = (alerts: StoredAlert[], notices: SensorNotice[] = []): Message => ({ id: 'm', alerts, notices });

const drops = { what: 'drops', part: 1, of: 10, share: 0.1, text: '1 of 10 packets (10 %) were dropped while capturing' } as const;
const blind = { unseen: [{ ip: '10.0.0.1', flows: 3, unseen: [drops] }] };
const lagging: SensorNotice = {
  ...{ kind: 'sensor.lagging', sensorId: 's1', sensor: 'lab', at: '2024-05-01T10:00:00.000Z', severity: 60 },
  detail: 'the traffic is analysed 12 s late',
};

describe('a message', () => {
  it('is headed by its alert, or by how many there are and the gravest', () => {
    expect(headline(message([alert()]))).toBe('Wirecase: Flood (high) from 10.0.0.1');
    expect(headline(message([alert({ severity: 10 }), alert({ sourceIp: null })]))).toBe('Wirecase: 2 alerts, the gravest: Flood (high)');
  });

  it('without alerts is a test and says so', () => {
    expect(plainText(message([]))).toContain('test');
  });

  it('says what the detector of an alert could not see, in every form', () => {
    const told = message([alert(blind)]);
    expect(plainText(told)).toContain('Could not be seen: 1 of 10 packets (10 %) were dropped while capturing.');
    expect(JSON.parse(webhookBody(told))).toMatchObject({ alerts: [{ wirecase: { alert: blind } }] });
    expect(cefText(alert(blind))).toContain('cs2Label=unseen cs2=1 of 10 packets (10 %) were dropped while capturing.');
    expect(cefText(alert())).not.toContain('unseen');
    expect(eveAlert(alert(blind), sightLines(blind.unseen))).toMatchObject({ alert: { metadata: { unseen: [`${drops.text}.`] } } });
  });

  it('says the tactics of an alert, and what would have cleared it, in every form that has a place for it', () => {
    const evidence = { metric: 'SYNs without handshake', value: 300, threshold: 100, window: 5 };
    const clearing =
      'It would not have fired with fewer than 100 SYNs without handshake within 5 s (there were 300), or with a threshold above 300.';
    const told = message([alert({ evidence })]);
    expect(plainText(told)).toContain(`ATT&CK T1498.001 (Impact)\n${clearing}\n`);
    const tactic = { id: ['TA0040'], name: ['Impact'] };
    expect(JSON.parse(webhookBody(told))).toMatchObject({
      alerts: [{ threat: { technique: { id: ['T1498.001'] }, tactic }, wirecase: { alert: { clearing } } }],
    });
    expect(cefText(alert())).toContain('cs4Label=tactic cs4=Impact');
    expect(eveAlert(alert())).toMatchObject({ alert: { metadata: { mitre_tactic_id: tactic.id, mitre_tactic_name: tactic.name } } });
    expect(plainText(message([alert({ techniques: [] })]))).not.toContain('ATT&CK');
  });

  it('of a sensor says which, since when and what', () => {
    const told = message([], [lagging]);
    expect(headline(told)).toBe('Wirecase: sensor lab: analysis lags behind');
    expect(plainText(told)).toBe('Sensor lab, 2024-05-01T10:00:00.000Z: the traffic is analysed 12 s late\n');
    expect(JSON.parse(webhookBody(told))).toEqual({ id: 'm', event: 'sensor.lagging', sensors: [lagging] });
    expect(syslogLines(told, 'cef')[0]).toMatch(
      /^<132>1 2024-05-01T10:00:00\.000Z \S+ wirecase \d+ sensor \[wirecase@32473 id="s1"\] CEF:0\|Wirecase\|Wirecase\|1\|sensor\.lagging\|analysis lags behind\|6\|/,
    );
  });

  it('calls nobody in a chat, whatever a packet contained', () => {
    expect(chatBody(message([alert({ explanation: '<!channel> & <@U1>' })]))).toContain('&lt;!channel&gt; &amp; &lt;@U1&gt;');
  });

  it('is a card for Teams, whose texts are shown as they are', () => {
    const { type, attachments } = JSON.parse(chatBody(message([alert({ explanation: '[a link](http://a.test) <at>all</at>' })]), 'card'));
    expect(type).toBe('message');
    expect(attachments).toMatchObject([{ contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard' } }]);
    const { body } = attachments[0].content as { body: { type: string; inlines: { type: string; text: string }[] }[] };
    expect(body.map((block) => block.type)).toEqual(['RichTextBlock', 'RichTextBlock']);
    expect(body[0]!.inlines[0]!.text).toBe('Wirecase: Flood (high) from 10.0.0.1');
    expect(body[1]!.inlines[0]!.text).toContain('[a link](http://a.test) <at>all</at>');
  });

  it.each(['text', 'card'] as const)('of many alerts is short enough for a chat that takes %s, and says how many are left out', (style) => {
    const body = chatBody(message(Array.from({ length: 500 }, () => alert())), style);
    expect(Buffer.byteLength(body)).toBeLessThan(28_000);
    expect(body).toMatch(/And \d+ more, which Wirecase lists/);
    expect(chatBody(message([alert({ explanation: 'x'.repeat(20_000) })]), style)).not.toContain('more, which');
  });
});

describe('CEF', () => {
  it('has addresses of IPv6 where its version 0 has room for them', () => {
    const text = cefText(alert({ sourceIp: parseIp('2001:db8::1')!, destinationIp: parseIp('10.0.0.2')! }));
    expect(text).toContain(' c6a2Label=Source IPv6 Address c6a2=2001:db8::1 dst=10.0.0.2 ');
    expect(text).not.toContain('src=');
  });

  it('escapes what would end a field, and stays one line', () => {
    const text = cefText(alert({ ruleName: 'A|B\\C', explanation: 'x=1\nsrc=6.6.6.6 \\' }));
    expect(text).toContain('|A\\|B\\\\C|8|');
    // The line break is shown, and its backslash escaped as any other.
    expect(text).toContain('msg=x\\=1\\\\x0asrc\\=6.6.6.6 \\\\');
    expect(text).not.toContain('\n');
  });
});

describe('syslog', () => {
  it('has priority, version, packet time, application, id and structured data (RFC 5424 6)', () => {
    const [line] = syslogLines(message([alert()]), 'cef');
    expect(line).toMatch(/^<131>1 2023-11-14T22:13:20\.500000Z \S+ wirecase \d+ alert \[wirecase@32473 id="a1"\] CEF:0\|/);
  });

  it.each([
    [95, 130],
    [70, 131],
    [40, 132],
    [39, 133],
  ])('severity %i has priority %i', (severity, priority) => {
    expect(syslogLines(message([alert({ severity })]), 'json')[0]).toMatch(new RegExp(`^<${priority}>1 `));
  });
});

describe('an address that a webhook names', () => {
  it.each([
    ['93.184.216.34', true],
    ['2606:2800:220:1::1', true],
    ['10.1.2.3', false],
    ['127.0.0.1', false],
    ['172.31.0.1', false],
    ['172.32.0.1', true],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['::ffff:10.0.0.1', false],
    ['::ffff:93.184.216.34', false],
    ['64:ff9b::a00:1', false],
    ['fd00::1', false],
    ['fe80::1', false],
    ['2002:a00:1::', false],
    ['not an address', false],
  ])('%s is reachable: %s', (address, expected) => {
    expect(isReachable(address, [])).toBe(expected);
  });

  it('is reachable when the operator opened its network', () => {
    expect(isReachable('10.1.2.3', ['10.1.0.0/16'])).toBe(true);
    expect(isReachable('10.2.2.3', ['10.1.0.0/16'])).toBe(false);
  });

  it('is refused when only one of its addresses is inside', async () => {
    const both = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    await expect(guardedPost('https://rebind.example/', '{}', {}, [], both)).rejects.toThrow('10.0.0.1, which is not on the Internet');
  });
});

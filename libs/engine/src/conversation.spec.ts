import type { Direction, FlowContext, ProbeAnswer, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { StreamBudget } from '@wirecase/flow';
import type { Signature } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { Conversation, type ConversationHost } from './conversation.ts';

/** A protocol whose probe looks at text; what its parser hears is noted as `0:text`, `1:[gap]`, `end`. */
class Fake implements ProtocolModule {
  readonly records = [];
  readonly transports = ['tcp', 'udp'] as const;
  readonly ports = [];
  readonly heard: string[] = [];
  /** What the parser answers: whether it wants more. */
  wants = (_heard: string): boolean => true;
  /** After what it hears it leaves this many bytes, and what follows, to another protocol. */
  leaves: Record<string, number> = {};
  readonly name: string;
  private readonly judge: (text: string) => ProbeAnswer;

  constructor(name: string, judge: (text: string) => ProbeAnswer) {
    this.name = name;
    this.judge = judge;
  }

  probe(_transport: 'tcp' | 'udp', _direction: Direction, bytes: Uint8Array, start: number, end: number): ProbeAnswer {
    return this.judge(decode(bytes, start, end));
  }

  create(context: FlowContext): ProtocolParser {
    const hear = (what: string) => {
      this.heard.push(what);
      return this.wants(what);
    };
    return {
      data: (direction, bytes, start, end) => {
        const heard = `${direction}:${decode(bytes, start, end)}`;
        if (heard in this.leaves) context.handOver(end - this.leaves[heard]!);
        return hear(heard);
      },
      gap: (direction, missing) => hear(`${direction}:[${missing}]`),
      end: () => void hear('end'),
    };
  }
}

const decode = (bytes: Uint8Array, start: number, end: number) => new TextDecoder('latin1').decode(bytes.subarray(start, end));
const startsWith = (word: string) => (text: string) => (text.startsWith(word) ? 'yes' : word.startsWith(text) ? 'more' : 'no');

/** A signature that knows payloads that begin with its name, in capitals. */
const signed = (name: string, isCarrier = false): Signature => ({
  name,
  transports: ['tcp'],
  ports: [],
  starts: [],
  check: null,
  payloads: 1,
  token: null,
  isPortBound: false,
  isParsed: false,
  isCarrier,
});

function talk(...modules: ProtocolModule[]) {
  return talkWith([], ...modules);
}

function talkWith(signatures: Signature[], ...modules: ProtocolModule[]) {
  const failed: string[] = [];
  const host: ConversationHost = {
    contextFor: (by) => ({ handOver: (rest: number) => by.handOver(rest) }) as never,
    parserFailed: (_: Conversation, module: ProtocolModule) => void failed.push(module.name),
    streamOverflowed: () => {},
    streamConflicted: () => {},
    signatureOf: (_by, _direction, bytes, start, end) =>
      signatures.find(({ name }) => decode(bytes, start, end).startsWith(name.toUpperCase())) ?? null,
  };
  const conversation = new Conversation(host, 0, 'tcp', 40000, 80, modules, new StreamBudget());
  const next: [number, number] = [1, 1];
  const say = (direction: Direction, text: string) => {
    const bytes = Uint8Array.from(`#${text}#`, (character) => character.charCodeAt(0));
    conversation.segment(direction, 1, next[direction], bytes, 1, 1 + text.length, text.length);
    next[direction] += text.length;
    bytes.fill(0);
  };
  const lose = (direction: Direction, length: number) => void (next[direction] += length);
  return { conversation, failed, say, lose };
}

describe('finding the protocol of a conversation', () => {
  it('gives all bytes to the first module that knows the first ones', () => {
    const http = new Fake('http', startsWith('GET'));
    const other = new Fake('other', () => 'no');
    const { conversation, say } = talk(other, http);
    say(0, 'GET /');
    say(1, 'OK');
    conversation.end();
    expect(conversation.protocols).toEqual(['http']);
    expect(http.heard).toEqual(['0:GET /', '1:OK', 'end']);
    expect(other.heard).toEqual([]);
  });

  it('waits while a module wants more bytes, and replays them in order', () => {
    const http = new Fake('http', startsWith('GET'));
    const { say } = talk(http);
    say(0, 'G');
    say(1, 'hello');
    say(0, 'ET /');
    expect(http.heard).toEqual(['0:G', '1:hello', '0:ET /']);
  });

  it('knows a protocol by its responder alone', () => {
    const ssh = new Fake('ssh', startsWith('SSH-'));
    const { say } = talk(ssh);
    say(0, 'noise');
    say(1, 'SSH-2.0');
    expect(ssh.heard).toEqual(['0:noise', '1:SSH-2.0']);
  });

  it('says which bytes were missing before it was known', () => {
    const http = new Fake('http', startsWith('GET'));
    const { conversation, say, lose } = talk(http);
    say(0, 'G');
    lose(1, 7);
    say(1, 'xyz');
    conversation.acknowledged(0, 11);
    say(0, 'ET');
    expect(http.heard).toEqual(['0:G', '1:[7]', '1:xyz', '0:ET']);
  });

  it('stops looking soon when nobody knows either direction', () => {
    const { conversation, say } = talk(new Fake('http', startsWith('GET')));
    say(0, 'noise');
    say(1, 'noise');
    for (let i = 0; i < 6; i++) {
      expect(conversation.isDone).toBe(false);
      say(0, 'GET /');
    }
    say(0, 'GET /');
    expect(conversation.isDone).toBe(true);
    expect(conversation.protocols).toEqual([]);
  });

  it('takes a signature when no module knows the bytes, and reads no more', () => {
    const http = new Fake('http', startsWith('GET'));
    const { conversation, say } = talkWith([signed('bgp')], http);
    say(0, 'BGP');
    expect(conversation.isDone).toBe(true);
    expect(conversation.protocols).toEqual(['bgp']);
    expect(http.heard).toEqual([]);
  });

  it('prefers a module to a signature', () => {
    const http = new Fake('http', startsWith('GET'));
    const { conversation, say } = talkWith([signed('get')], http);
    say(0, 'GET');
    expect(conversation.protocols).toEqual(['http']);
  });

  it('asks the signatures when a flow ends before a module could decide', () => {
    const { conversation, say } = talkWith([signed('gopher')], new Fake('http', startsWith('GOPHERS')));
    say(0, 'GOPHER');
    expect(conversation.protocols).toEqual([]);
    conversation.end();
    expect(conversation.protocols).toEqual(['gopher']);
  });

  it('finds what is inside a protocol that carries others', () => {
    const http = new Fake('http', startsWith('GET'));
    const { conversation, say } = talkWith([signed('socks', true)], http);
    say(0, 'SOCKS');
    say(1, 'fine');
    say(0, 'GET /');
    say(1, 'OK');
    expect(conversation.protocols).toEqual(['socks', 'http']);
    expect(http.heard).toEqual(['0:GET /', '1:OK']);
  });

  it('finds it too where a module wanted more bytes of the carrier', () => {
    const http = new Fake('http', startsWith('GET'));
    const { conversation, say } = talkWith([signed('socks', true)], http, new Fake('slow', startsWith('SOCKSHOW')));
    say(0, 'SOCKS');
    say(1, 'SOC');
    say(0, 'GET /');
    expect(conversation.protocols).toEqual(['socks', 'http']);
    expect(http.heard).toEqual(['0:GET /']);
  });

  it('finds in an unknown stream only what may follow', () => {
    const tls = new Fake('tls', startsWith('hello'));
    const http = new Fake('http', startsWith('GET'));
    const { conversation, say } = talk(http, Object.assign(tls, { mayFollow: true }));
    say(0, 'noise');
    say(1, 'noise');
    say(0, 'GET /');
    say(0, 'hello');
    expect(conversation.protocols).toEqual(['tls']);
    expect(tls.heard).toEqual(['0:hello']);
  });

  it('stops looking soon after 4 KiB of a direction, whatever a module would like', () => {
    const { conversation, say } = talk(new Fake('greedy', () => 'more'));
    for (let i = 0; i < 10; i++) {
      say(0, 'x'.repeat(1000));
      say(1, 'x'.repeat(1000));
    }
    expect(conversation.isDone).toBe(true);
  });
});

describe('giving bytes to a parser', () => {
  it('ends when both directions have enough, and ends the parser once', () => {
    const tls = new Fake('tls', startsWith('hello'));
    tls.wants = () => false;
    const { conversation, say } = talk(tls);
    say(0, 'hello');
    say(0, 'more');
    say(1, 'hi');
    say(1, 'more');
    conversation.end();
    expect(tls.heard).toEqual(['0:hello', '1:hi', 'end']);
  });

  it('ends once both sides have said all that stands before their FINs, wherever these came', () => {
    const http = new Fake('http', startsWith('GET'));
    const { conversation, say } = talk(http);
    say(0, 'GET /');
    conversation.finished(0, 1 + 'GET /'.length);
    conversation.finished(1, 1 + 'OK'.length);
    expect(http.heard).toEqual(['0:GET /']);
    say(1, 'OK');
    expect(http.heard).toEqual(['0:GET /', '1:OK', 'end']);
    expect(conversation.isDone).toBe(true);
  });

  it('goes on while one side may say more, or while bytes before a FIN are missing', () => {
    for (const seqs of [[0], [0, 1]] as const) {
      const http = new Fake('http', startsWith('GET'));
      const { conversation, say } = talk(http);
      say(0, 'GET /');
      say(1, 'OK');
      for (const direction of seqs) conversation.finished(direction, 99);
      expect(http.heard).toEqual(['0:GET /', '1:OK']);
    }
  });

  it('says what was lost in the middle', () => {
    const http = new Fake('http', startsWith('GET'));
    const { conversation, say, lose } = talk(http);
    say(0, 'GET');
    lose(0, 5);
    say(0, 'rest');
    conversation.end();
    expect(http.heard).toEqual(['0:GET', '0:[5]', '0:rest', 'end']);
  });

  it('detaches a parser that throws; the conversation and its protocol stay', () => {
    const http = new Fake('http', startsWith('GET'));
    http.wants = (heard) => {
      if (heard === '0:bad') throw new TypeError('a bug');
      return true;
    };
    const { conversation, failed, say } = talk(http);
    say(0, 'GET');
    say(0, 'bad');
    say(0, 'after');
    conversation.end();
    expect(http.heard).toEqual(['0:GET', '0:bad']);
    expect(failed).toEqual(['http']);
    expect(conversation.protocols).toEqual(['http']);
  });

  it('finds the next protocol when the parser hands over, with the rest of the delivery', () => {
    const smtp = new Fake('smtp', startsWith('220'));
    const tls = new Fake('tls', startsWith('hello'));
    smtp.leaves = { '1:ready?': 1, '1:go': 0 };
    const { conversation, say } = talk(smtp, tls);
    say(1, '220');
    say(0, 'starttls');
    say(1, 'go');
    say(0, 'hello');
    say(1, 'hi');
    conversation.end();
    expect(smtp.heard).toEqual(['1:220', '0:starttls', '1:go', 'end']);
    expect(tls.heard).toEqual(['0:hello', '1:hi', 'end']);
    expect(conversation.protocols).toEqual(['smtp', 'tls']);
    const proxy = new Fake('proxy', startsWith('p'));
    proxy.leaves = { '0:phello': 5 };
    const tunnel = talk(proxy, tls);
    tunnel.say(0, 'phello');
    expect(tls.heard.at(-1)).toBe('0:hello');
  });
});

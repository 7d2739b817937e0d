import { createServer } from 'node:net';
import { once } from 'node:events';
import { hiddenDirectories, runInSandbox, type Limits, type SandboxResult } from './sandbox.ts';
import type { Tools } from './tools.ts';

/** One property of the sandbox and whether an attempt to break it failed, as it must. */
export interface Proof {
  claim: string;
  holds: boolean;
  /** What the attempt printed, or how it ended. */
  observed: string;
}

/** Try to break out of the sandbox in the nine ways of RELIABILITY 3.3. Takes about two seconds. */
export async function proveSandbox(tools: Tools): Promise<Proof[]> {
  const listener = createServer((socket) => socket.end('reached\n')).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as { port: number };
  try {
    return await Promise.all([
      noNetwork(tools, port),
      readOnlyEmptyWorld(tools),
      noShellNoCapture(tools),
      noPrivileges(tools),
      wallTimeEnds(tools),
      cpuTimeEnds(tools),
      memoryIsBounded(tools),
      diskIsBounded(tools),
      forksAreBounded(tools),
    ]);
  } finally {
    listener.close();
  }
}

async function noNetwork(tools: Tools, port: number): Promise<Proof> {
  const script = `
    open my $routes, '<', '/proc/net/route'; my @lines = <$routes>;
    my $reached = socket(my $s, 2, 1, 6) && connect($s, pack('S n C4 x8', 2, ${port}, 127, 0, 0, 1));
    print "routes ", scalar(@lines) - 1, " ", $reached ? 'reached' : "refused: $!";`;
  const result = await perl(tools, script);
  return judge('no network', result, (text) => /^routes (0|-1) refused/.test(text));
}

async function readOnlyEmptyWorld(tools: Tools): Promise<Proof> {
  const folders = ['/', '/usr/lib', '/dev', '/dev/shm', ...hiddenDirectories(tools)];
  const script = `
    my @written = grep { open my $f, '>>', $_ } '/in.pcap', '/usr/bin/tshark', map { "$_/new" } qw(${folders.join(' ')});
    my @seen = grep { -e $_ } '/home', '/root', '/var', '/srv', '/etc/passwd', '/sys';
    print "written @written; seen @seen;";`;
  return judge('read-only and empty file system', await perl(tools, script), (text) => text === 'written ; seen ;');
}

async function noShellNoCapture(tools: Tools): Promise<Proof> {
  const shell = await perl(tools, `exec '/bin/sh', '-c', 'echo shell' or print 'no shell'`);
  const capture = await runInSandbox(tools, {
    command: [tools.tshark, '-i', 'lo', '-c', '1', '-a', 'duration:1'],
    input: new Uint8Array(0),
  });
  const observed = `${text(shell)}; tshark -i lo: exit ${capture.exitCode}`;
  return { claim: 'no shell, no capture', holds: text(shell) === 'no shell' && capture.exitCode !== 0, observed };
}

async function noPrivileges(tools: Tools): Promise<Proof> {
  const script = `
    open my $status, '<', '/proc/self/status'; local $/; my $text = <$status>;
    print join ' ', map { $text =~ /^$_:\\s*(\\S+)/m ? "$_=$1" : () } 'CapEff', 'CapBnd', 'CapPrm', 'NoNewPrivs', 'Seccomp', 'Uid';`;
  const seccomp = process.arch === 'x64' ? 2 : 0;
  return judge('no privileges', await perl(tools, script), (text) => {
    const zero = (name: string) => new RegExp(`${name}=0+(?![0-9a-f])`).test(text);
    return (
      zero('CapEff') &&
      zero('CapBnd') &&
      zero('CapPrm') &&
      text.includes('NoNewPrivs=1') &&
      text.includes(`Seccomp=${seccomp}`) &&
      !text.includes('Uid=0')
    );
  });
}

async function wallTimeEnds(tools: Tools): Promise<Proof> {
  const result = await perl(tools, 'sleep 30; print "slept"', { wallSeconds: 1 });
  return { claim: 'wall time is bounded', holds: result.ended === 'time' && text(result) === '', observed: ending(result) };
}

async function cpuTimeEnds(tools: Tools): Promise<Proof> {
  const result = await perl(tools, '1 while 1', { cpuSeconds: 1, wallSeconds: 20 });
  return { claim: 'CPU time is bounded', holds: result.exitCode !== 0, observed: ending(result) };
}

async function memoryIsBounded(tools: Tools): Promise<Proof> {
  const result = await perl(tools, 'my $n = 600 * 1024 * 1024; my $big = "x" x $n; print length $big', { memoryBytes: 256 * 1024 ** 2 });
  return { claim: 'memory is bounded', holds: result.stderr.includes('Out of memory') && text(result) === '', observed: ending(result) };
}

async function diskIsBounded(tools: Tools): Promise<Proof> {
  const script = `$SIG{XFSZ} = 'IGNORE'; open my $f, '>', '/tmp/big' or die; syswrite $f, 'x' x 65536 for 1 .. 48; close $f; print -s '/tmp/big';`;
  return judge('disk is bounded', await perl(tools, script, { fileBytes: 1024 ** 2 }), (text) => Number(text) === 1024 ** 2);
}

async function forksAreBounded(tools: Tools): Promise<Proof> {
  const script = `my $made = 0; for (1 .. 400) { my $p = fork; last unless defined $p; if ($p == 0) { sleep 20; exit } $made++ } print "made $made";`;
  const result = await perl(tools, script, { processes: 100, wallSeconds: 5 });
  return judge('fork bombs are refused', result, (text) => /^made \d+$/.test(text) && Number(text.slice(5)) < 400);
}

function perl(tools: Tools, script: string, limits: Partial<Limits> = {}): Promise<SandboxResult> {
  return runInSandbox(tools, { command: [tools.perl, '-e', script], input: new Uint8Array(24), programs: [tools.perl], limits });
}

function judge(claim: string, result: SandboxResult, holds: (printed: string) => boolean): Proof {
  const printed = text(result);
  return { claim, holds: result.exitCode === 0 && holds(printed), observed: printed === '' ? ending(result) : printed };
}

function text(result: SandboxResult): string {
  return Buffer.from(result.stdout).toString('utf8').trim();
}

function ending(result: SandboxResult): string {
  return `exit ${result.exitCode ?? '-'} signal ${result.signal ?? '-'} ${result.ended ?? ''} ${lastLine(result.stderr)}`.trim();
}

/** The program's last words; what comes before is perl's complaint about the locale. */
function lastLine(stderr: string): string {
  return stderr.trim().split('\n').at(-1)!.slice(0, 200);
}

/** Interfaces of this machine, and whether a capture filter can be read: both asked of dumpcap, which captures. */
import { execFile } from 'node:child_process';
import { WirecaseError } from '@wirecase/contract';

const patienceMs = 5_000;

/** Names of what can be captured from. Throws `capture-tool.failed` when dumpcap is not there or may not look. */
export async function captureInterfaces(): Promise<string[]> {
  const { stdout, stderr, isSound } = await run(['-D', '-M']);
  if (!isSound) throw new WirecaseError('capture-tool.failed', `dumpcap does not list interfaces: ${firstLine(stderr)}`);
  const lines = stdout.split('\n').map((line) => /^(?:\d+\. )?([^\t]+)/.exec(line)?.[1] ?? '');
  return lines.filter((name) => name !== '');
}

/**
 * Throws `sensor.bad-filter` with what libpcap says of the filter (which it reads for the link type of the interface), or that there is no
 * such interface, and `capture-tool.failed` when it cannot be tried here.
 */
export async function checkFilter(filter: string | null, captureInterface: string): Promise<void> {
  const { stderr, isSound } = await run(['-i', captureInterface, '-d', '-f', filter ?? '']);
  if (/no device named|No such device/i.test(stderr))
    throw new WirecaseError('sensor.bad-filter', `There is no interface "${captureInterface}" on this machine.`);
  if (/Invalid capture filter/.test(stderr))
    throw new WirecaseError(
      'sensor.bad-filter',
      `"${filter}": ${/\(([^)]+)\)/.exec(stderr)?.[1] ?? 'it cannot be read'}. Write it as for tcpdump, e.g. "not port 22".`,
    );
  // Its exit code is 0 whatever it says.
  if (!isSound || /permission/i.test(stderr))
    throw new WirecaseError('capture-tool.failed', `The filter cannot be tried: ${firstLine(stderr)}`);
}

function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.replace(/^dumpcap: /, '') ?? 'it said nothing'
  );
}

function run(args: string[]): Promise<{ stdout: string; stderr: string; isSound: boolean }> {
  return new Promise((resolve) => {
    execFile('dumpcap', args, { timeout: patienceMs, maxBuffer: 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ stdout, stderr: stderr || (error?.message ?? ''), isSound: error === null }),
    );
  });
}

import { describe, expect, it } from 'vitest';
import {
  guessOs,
  osOfBanner,
  osOfDhcpParameters,
  osOfNtlmVersion,
  osOfSmbNativeOs,
  osOfSshBanner,
  osOfSyn,
  osOfTtl,
  osOfUserAgent,
  osOfVendorClass,
  type OsEvidence,
} from './os-guess.ts';

const named = (evidence: OsEvidence | null) => evidence && [evidence.os, evidence.full];

describe('what a host says', () => {
  it.each([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36', ['Windows', 'Windows 10 or newer']],
    ['Mozilla/5.0 (Windows NT 6.1; Trident/7.0)', ['Windows', 'Windows 7 or Server 2008 R2']],
    ['Mozilla/5.0 (Linux; Android 13; Pixel 6) Chrome/116', ['Android', 'Android 13']],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 16_5_1 like Mac OS X)', ['iOS', 'iOS 16.5.1']],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', ['macOS', 'macOS 10.15.7']],
    ['Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:120.0)', ['Linux', 'Ubuntu']],
    ['Microsoft-CryptoAPI/10.0', ['Windows', null]],
    ['curl/8.5.0', null],
  ])('as user agent %s', (agent, expected) => expect(named(osOfUserAgent(agent))).toEqual(expected));

  it.each([
    ['MSFT 5.0', ['Windows', null]],
    ['android-dhcp-13', ['Android', 'Android 13']],
    ['dhcpcd-9.4.1:Linux-6.1.0-13-amd64:x86_64', ['Linux', 'Linux 6.1.0']],
    ['something', null],
  ])('as DHCP vendor class %s', (vendorClass, expected) => expect(named(osOfVendorClass(vendorClass))).toEqual(expected));

  it.each([
    ['SSH-2.0-OpenSSH_9.2p1 Debian-2', ['Linux', 'Debian']],
    ['SSH-2.0-OpenSSH_for_Windows_8.1', ['Windows', null]],
    ['SSH-2.0-Cisco-1.25', ['network device', null]],
    ['SSH-2.0-OpenSSH_9.0', ['Unix-like', null]],
  ])('as SSH banner %s', (banner, expected) => expect(named(osOfSshBanner(banner))).toEqual(expected));

  it.each([
    ['10.0.17763', ['Windows', 'Windows 10 1809 or Server 2019']],
    ['10.0.22631', ['Windows', 'Windows 11']],
    ['6.1.7601', ['Windows', 'Windows 7 or Server 2008 R2']],
    ['6.1.0', ['Unix-like', 'Samba']],
    ['no version', null],
  ])('as NTLM version %s', (version, expected) => expect(named(osOfNtlmVersion(version))).toEqual(expected));

  it('in banners of mail and FTP, and in SMB1', () => {
    expect(named(osOfBanner('mail.example.test ESMTP Postfix (Ubuntu)'))).toEqual(['Linux', 'Ubuntu']);
    expect(named(osOfSmbNativeOs('Windows 5.1'))).toEqual(['Windows', 'Windows 5.1']);
  });

  it('by the options that it asks DHCP for', () => {
    expect(named(osOfDhcpParameters([1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252]))).toEqual(['Windows', null]);
    expect(osOfDhcpParameters([1, 3])).toBeNull();
  });
});

describe('how a host sends', () => {
  it.each([
    [64, 'Unix-like', '64'],
    [57, 'Unix-like', '64'],
    [128, 'Windows', '128'],
    [113, 'Windows', '128'],
    [255, 'network device', '255'],
  ])('with a TTL of %i', (ttl, os, initial) => expect(osOfTtl(ttl)).toMatchObject({ os, value: initial }));

  it('is no system where the SYN is that of a scanner', () => {
    expect(osOfSyn('mss,sackOk,timestamps,nop,windowScale', 64_240)?.os).toBe('Linux');
    expect(osOfSyn('mss,sackOk,timestamps,nop,windowScale', 1024)).toBeNull();
    expect(osOfSyn('mss,254', 64_240)).toBeNull();
  });
});

describe('the guess', () => {
  const reason = (os: string, weight: number, full: string | null = null): OsEvidence => ({ source: 's', value: os, os, full, weight });

  it('is null without reasons', () => expect(guessOs([])).toBeNull());

  it('is the narrowest family that the reasons bear, a wider one supports it', () => {
    expect(guessOs([reason('Unix-like', 0.25), reason('Linux', 0.6)])).toEqual({ name: 'Linux', full: null, confidence: 0.7 });
    expect(guessOs([reason('Linux', 0.6), reason('Android', 0.7, 'Android 13')])).toEqual({
      name: 'Android',
      full: 'Android 13',
      confidence: 0.88,
    });
    expect(guessOs([reason('Unix-like', 0.25)])).toEqual({ name: 'Unix-like', full: null, confidence: 0.25 });
  });

  it('is less sure where reasons contradict each other', () => {
    const sure = guessOs([reason('Windows', 0.7)])!;
    const doubtful = guessOs([reason('Windows', 0.7), reason('Linux', 0.6)])!;
    expect(doubtful.name).toBe('Windows');
    expect(doubtful.confidence).toBeLessThan(sure.confidence);
  });
});

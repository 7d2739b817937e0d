/** The town that the lab plays in: hosts, addresses and services, drawn from the seed. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled, Network } from './network.ts';
import type { Random } from './random.ts';

/** Host numbers in the network; `dark` drops what it gets. */
const hosts = { gateway: 1, web: 10, files: 11, infra: 12, monitor: 20, nat: 30, dark: 40, alice: 101, bob: 102, carol: 103, evil: 66 };
export type Host = keyof typeof hosts | 'outside' | 'inner';

/** Names of others, outside, which the town's DNS server knows. */
export const foreignNames = ['www.bank.test', 'mail.shop.test', 'news.paper.test', 'login.portal.test'];

/** Sources that the attacker has beside its own address. */
const EVIL_EXTRA = 24;

export class Site {
  readonly network = new Network();
  readonly random: Random;
  /** First bytes of the addresses, `10.37.5`, and the prefix of IPv6. */
  readonly net: string;
  readonly net6: string;
  readonly mtu: number;
  readonly ttl: number;

  constructor(random: Random) {
    this.random = random;
    const second = random.whole(0, 255);
    this.net = random.pick([
      `10.${second}.${random.whole(0, 254)}`,
      `192.168.${second}`,
      `172.${16 + (second & 15)}.${random.whole(0, 254)}`,
    ]);
    this.net6 = `fd${random.whole(16, 99)}:${random.whole(1, 9999)}::`;
    this.mtu = random.pick([1500, 1500, 1400, 1280]);
    this.ttl = random.pick([64, 128, 255]);
  }

  address(host: Host): string {
    if (host === 'outside') return '198.51.100.7';
    if (host === 'inner') return '172.31.250.2';
    return `${this.net}.${hosts[host]}`;
  }

  address6(host: keyof typeof hosts): string {
    return `${this.net6}${hosts[host].toString(16)}`;
  }

  mac(host: keyof typeof hosts): string {
    return `02:00:5e:10:00:${hosts[host].toString(16).padStart(2, '0')}`;
  }

  /** Further addresses of the attacker. */
  get evilExtra(): string[] {
    return Array.from({ length: EVIL_EXTRA }, (_, i) => `${this.net}.${160 + i}`);
  }

  /** Addresses of peers in as many networks outside; two of three drop everything. */
  get peers(): string[] {
    return Array.from({ length: 42 }, (_, i) => `198.18.${6 * i}.${11 + i}`);
  }

  async open(): Promise<void> {
    const { network, mtu, ttl } = this;
    for (const host of Object.keys(hosts) as (keyof typeof hosts)[]) {
      const addresses = [`${this.address(host)}/24`, `${this.address6(host)}/64`];
      network.addHost(host, this.mac(host), addresses, host === 'carol' ? 1500 : mtu, host === 'bob' ? 128 : ttl);
      if (host === 'gateway') continue;
      network.ip(host, `route add default via ${this.address('gateway')}`);
    }
    for (const address of this.evilExtra) network.ip('evil', `address add ${address}/24 dev eth0`);
    network.addBehind('gateway', '198.51.100.1/24', 'outside', ['198.51.100.7/24', 'fd00:51::7/64']);
    network.addBehind(
      'nat',
      '172.31.250.1/24',
      'inner',
      Array.from({ length: 10 }, (_, i) => `172.31.250.${2 + i}/24`),
    );
    network.ip('gateway', 'route add 198.18.0.0/16 via 198.51.100.7');
    for (const [i, peer] of this.peers.entries()) {
      network.ip('outside', i % 3 === 0 ? `address add ${peer}/32 dev lo` : `route add blackhole ${peer}/32`);
    }
    // Whole networks behind the gateway in which nobody answers, for sweeps.
    for (const net of ['10.250.0.0/16', '10.251.0.0/16'])
      network.ip('gateway', `route add ${net === '10.250.0.0/16' ? 'blackhole' : 'unreachable'} ${net}`);
    this.masquerade();
    this.darken();
    await this.startServices();
  }

  /** Forget the neighbours that hosts know, some of which the attack before has made up. */
  forgetNeighbours(): void {
    for (const host of Object.keys(hosts) as (keyof typeof hosts)[]) this.network.ip(host, 'neigh flush all');
  }

  close(): void {
    this.network.close();
  }

  private masquerade(): void {
    const { network } = this;
    network.exec('nat', ['nft', 'add table ip lab']);
    network.exec('nat', ['nft', 'add chain ip lab out { type nat hook postrouting priority 100 ; }']);
    network.exec('nat', ['nft', 'add rule ip lab out oifname eth0 masquerade']);
  }

  private darken(): void {
    this.network.exec('dark', ['nft', 'add table inet lab']);
    this.network.exec('dark', ['nft', 'add chain inet lab in { type filter hook input priority 0 ; policy drop ; }']);
    this.network.exec('dark', ['nft', 'add rule inet lab in icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept']);
  }

  private async startServices(): Promise<void> {
    const { network } = this;
    await this.startNginx();
    await this.startSshd('web');
    await this.startSshd('files');
    await this.startDnsmasq();
    if (isInstalled('vsftpd')) await this.startVsftpd();
    if (isInstalled('smbd')) await this.startSmbd();
    if (isInstalled('xrdp')) await this.startXrdp();
    if (isInstalled('Xtigervnc')) await this.startVnc();
    if (isInstalled('aiosmtpd')) network.start('files', ['aiosmtpd', '-n', '-l', '0.0.0.0:25', '-c', 'aiosmtpd.handlers.Sink']);
    if (isInstalled('chronyd')) this.startChronyd();
    if (isInstalled('snmpd')) this.startSnmpd();
    if (isInstalled('rsync')) this.startRsync();
    if (isInstalled('iperf3')) network.start('files', ['iperf3', '-s']);
    if (isInstalled('haproxy')) this.startHaproxy();
    // Peers that are there.
    if (isInstalled('socat')) {
      network.start('outside', ['socat', 'TCP-LISTEN:6881,fork,reuseaddr', 'SYSTEM:echo hello']);
      network.start('outside', ['socat', 'UDP-LISTEN:6881,fork,reuseaddr', 'SYSTEM:echo hello']);
    }
  }

  private file(name: string, text: string): string {
    const path = join(this.network.directory, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  private async startNginx(): Promise<void> {
    const { network } = this;
    const { directory } = network;
    this.file('www/index.html', 'hello from the lab\n');
    this.file('www/page.html', '<p>text</p>\n'.repeat(3000));
    this.file('www/big.bin', 'x'.repeat(3_000_000));
    this.file('users', 'alice:{PLAIN}correct-horse\n');
    chmodSync(directory, 0o755);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${directory}/${name};`)
      .join(' ');
    const configuration = this.file(
      'nginx.conf',
      `worker_processes 1; daemon off; user root; pid ${directory}/nginx.pid; error_log /dev/null;
events { worker_connections 2048; }
http { access_log off; ${temporary}
  server { listen 80; listen [::]:80; listen 8080; root ${directory}/www;
    location /form { proxy_pass http://127.0.0.1:8080/index.html; }
    location /private { auth_basic lab; auth_basic_user_file ${directory}/users; alias ${directory}/www/index.html; } } }
`,
    );
    network.start('web', ['nginx', '-c', configuration, '-p', directory, '-e', '/dev/null']);
    await network.listening('web', 8080);
  }

  private async startSshd(host: 'web' | 'files'): Promise<void> {
    const { directory } = this.network;
    for (const key of [`ssh-${host}`, `user-${host}`]) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', join(directory, key)]);
    }
    mkdirSync('/run/sshd', { recursive: true });
    const settings = [
      'Port=22',
      'StrictModes=no',
      'PidFile=none',
      'UsePAM=no',
      'PermitRootLogin=yes',
      'MaxStartups=200',
      'PasswordAuthentication=yes',
      `AuthorizedKeysFile=${directory}/user-${host}.pub`,
    ];
    this.network.start(host, [
      '/usr/sbin/sshd',
      '-D',
      '-f',
      '/dev/null',
      '-h',
      join(directory, `ssh-${host}`),
      ...settings.flatMap((line) => ['-o', line]),
    ]);
    await this.network.listening(host, 22);
  }

  private async startDnsmasq(): Promise<void> {
    const address = this.address('infra');
    const records = ['www', 'mail', 'files', 'shop', 'news'].map((name) => `--host-record=${name}.example.test,${this.address('web')}`);
    records.push(...foreignNames.map((name, i) => `--host-record=${name},198.51.100.${i + 1}`));
    this.network.start('infra', [
      ...['dnsmasq', '--keep-in-foreground', '--no-resolv', '--no-hosts', '--no-daemon', '--port=53', '--bind-interfaces'],
      ...['--interface=eth0', '--user=root', '--pid-file', '--local=/test/', `--address=/cdn.test/${address}`, ...records],
    ]);
    await this.network.listening('infra', 53);
  }

  private async startVsftpd(): Promise<void> {
    const configuration = this.file(
      'vsftpd.conf',
      `listen=YES\nbackground=NO\nanonymous_enable=YES\nno_anon_password=YES\nanon_root=${this.network.directory}/www\nlocal_enable=YES\nsecure_chroot_dir=${this.network.directory}/empty\nseccomp_sandbox=NO\n`,
    );
    mkdirSync(join(this.network.directory, 'empty'));
    this.network.start('files', ['vsftpd', configuration]);
    await this.network.listening('files', 21);
  }

  /** SMB 1 too, which programs that guess passwords still speak. It knows nobody. */
  private async startSmbd(): Promise<void> {
    const folders = ['private dir', 'lock directory', 'cache directory', 'state directory', 'pid directory', 'ncalrpc dir'];
    const lines = folders.map((name) => `${name} = ${this.network.directory}/smb`);
    const others = ['map to guest = never', 'server min protocol = NT1', 'load printers = no', 'disable spoolss = yes', 'smb ports = 445'];
    const configuration = this.file('smb/smb.conf', `[global]\n${[...lines, ...others].join('\n')}\nlog file = /dev/null\n`);
    this.network.start('files', ['smbd', '-F', '--no-process-group', '-s', configuration]);
    await this.network.listening('files', 445);
  }

  /** It asks for a password by the security of RDP itself, and has no desktop for anyone. */
  private async startXrdp(): Promise<void> {
    const globals = ['ini_version=1', 'port=3389', 'security_layer=rdp', 'crypt_level=high', 'fork=true', 'autorun=Lab'];
    const session = ['name=Lab', 'lib=libxup.so', 'username=ask', 'password=ask', 'ip=127.0.0.1', 'port=-1', 'code=20'];
    const configuration = this.file('xrdp.ini', ['[Globals]', ...globals, '[Lab]', ...session, ''].join('\n'));
    this.network.start('files', ['xrdp', '--nodaemon', '--config', configuration]);
    await this.network.listening('files', 3389);
  }

  /** One that turns away who fails five times, and one that does not. */
  private async startVnc(): Promise<void> {
    const password = join(this.network.directory, 'vnc-password');
    writeFileSync(password, execFileSync('tigervncpasswd', ['-f'], { input: 'correct-horse\n' }));
    for (const [port, threshold] of [
      [5900, 5],
      [5901, 100_000],
    ]) {
      const options = ['-SecurityTypes', 'VncAuth', '-PasswordFile', password, '-BlacklistThreshold', `${threshold}`];
      this.network.start('files', ['Xtigervnc', `:${port! - 5800}`, '-rfbport', `${port}`, '-geometry', '320x200', ...options]);
      await this.network.listening('files', port!);
    }
  }

  private startChronyd(): void {
    const { directory } = this.network;
    const configuration = this.file(
      'chrony.conf',
      `local stratum 3\nallow all\nport 123\ncmdport 0\nbindcmdaddress /\npidfile ${directory}/chronyd.pid\n`,
    );
    this.network.start('infra', ['chronyd', '-d', '-x', '-u', 'root', '-f', configuration]);
  }

  private startSnmpd(): void {
    const configuration = this.file('snmpd.conf', 'rocommunity public\nagentAddress udp:161\n');
    this.network.start('infra', ['snmpd', '-f', '-Lo', '-C', '-c', configuration, '-p', join(this.network.directory, 'snmpd.pid')]);
  }

  private startRsync(): void {
    const configuration = this.file('rsyncd.conf', `use chroot = no\nuid = root\n[www]\npath = ${this.network.directory}/www\n`);
    this.network.start('files', ['rsync', '--daemon', '--no-detach', `--config=${configuration}`, '--port=873']);
  }

  /** A load balancer with backends that are there, refuse, and are silent. */
  private startHaproxy(): void {
    const backend = (name: string, address: string, port: number): string => `  server ${name} ${address}:${port} check inter 1s`;
    const lines = [
      'global',
      'defaults\n  mode tcp\n  timeout connect 2s\n  timeout client 10s\n  timeout server 10s',
      'listen front\n  bind :8000',
      backend('web1', this.address('web'), 80),
      backend('web2', this.address('web'), 8080),
      backend('dead1', this.address('web'), 8081),
      backend('dead2', this.address('files'), 80),
      backend('dead3', this.address('infra'), 80),
      backend('dead4', this.address('dark'), 80),
      '',
    ];
    this.network.start('monitor', ['haproxy', '-db', '-f', this.file('haproxy.cfg', lines.join('\n'))]);
  }
}

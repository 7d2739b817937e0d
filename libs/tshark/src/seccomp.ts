/**
 * The system-call filter that bwrap installs before tshark starts: a classic BPF program over `struct seccomp_data`
 * (Linux Documentation/userspace-api/seccomp_filter.rst), native byte order. What a file dissector has no business doing
 * answers EPERM; `clone3` answers ENOSYS so that libc falls back to `clone`, whose flags can be inspected.
 */

const AUDIT_ARCH_X86_64 = 0xc000003e;
const X32_BIT = 0x40000000;
const CLONE_NEWUSER = 0x10000000;
const EPERM = 1;
const ENOSYS = 38;

const SECCOMP_RET_KILL_PROCESS = 0x80000000;
const SECCOMP_RET_ERRNO = 0x00050000;
const SECCOMP_RET_ALLOW = 0x7fff0000;

const BPF_LD_W_ABS = 0x20;
const BPF_JMP_JEQ_K = 0x15;
const BPF_JMP_JGE_K = 0x35;
const BPF_JMP_JSET_K = 0x45;
const BPF_RET_K = 0x06;

const OFFSET_NR = 0;
const OFFSET_ARCH = 4;
const OFFSET_ARG0 = 16;

const SYS_CLONE = 56;
const SYS_CLONE3 = 435;

/** x86-64 numbers (arch/x86/entry/syscalls/syscall_64.tbl). */
const denied: Readonly<Record<string, number>> = {
  socket: 41, connect: 42, accept: 43, bind: 49, listen: 50, socketpair: 53, accept4: 288,
  ptrace: 101, process_vm_readv: 310, process_vm_writev: 311, personality: 135,
  bpf: 321, perf_event_open: 298, userfaultfd: 323,
  add_key: 248, request_key: 249, keyctl: 250,
  mount: 165, umount2: 166, pivot_root: 155, chroot: 161, open_tree: 428, move_mount: 429,
  fsopen: 430, fsconfig: 431, fsmount: 432, fspick: 433, mount_setattr: 442,
  unshare: 272, setns: 308, open_by_handle_at: 304, name_to_handle_at: 303,
  init_module: 175, finit_module: 313, delete_module: 176, kexec_load: 246, kexec_file_load: 320,
  io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427,
  iopl: 172, ioperm: 173, swapon: 167, swapoff: 168, reboot: 169, syslog: 103,
}; // prettier-ignore

type Instruction = [code: number, jumpTrue: number, jumpFalse: number, k: number];

/** The filter as bwrap's `--seccomp FD` reads it: 8 bytes an instruction. `null` on processors whose numbers we do not have. */
export function seccompFilter(architecture: string = process.arch): Uint8Array | null {
  if (architecture !== 'x64') return null;
  const program: Instruction[] = [
    [BPF_LD_W_ABS, 0, 0, OFFSET_ARCH],
    [BPF_JMP_JEQ_K, 1, 0, AUDIT_ARCH_X86_64],
    [BPF_RET_K, 0, 0, SECCOMP_RET_KILL_PROCESS],
    [BPF_LD_W_ABS, 0, 0, OFFSET_NR],
    ...refuse(BPF_JMP_JGE_K, X32_BIT, EPERM),
    ...Object.values(denied).flatMap((number) => refuse(BPF_JMP_JEQ_K, number, EPERM)),
    ...refuse(BPF_JMP_JEQ_K, SYS_CLONE3, ENOSYS),
    [BPF_JMP_JEQ_K, 0, 3, SYS_CLONE],
    [BPF_LD_W_ABS, 0, 0, OFFSET_ARG0],
    ...refuse(BPF_JMP_JSET_K, CLONE_NEWUSER, EPERM),
    [BPF_RET_K, 0, 0, SECCOMP_RET_ALLOW],
  ];
  return encode(program);
}

/** Answer `errno` when the accumulator meets the condition, else go on. */
function refuse(jump: number, k: number, errno: number): Instruction[] {
  return [
    [jump, 0, 1, k],
    [BPF_RET_K, 0, 0, SECCOMP_RET_ERRNO | errno],
  ];
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  program.forEach(([code, jumpTrue, jumpFalse, k], index) => {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, jumpTrue);
    view.setUint8(index * 8 + 3, jumpFalse);
    view.setUint32(index * 8 + 4, k >>> 0, true);
  });
  return bytes;
}

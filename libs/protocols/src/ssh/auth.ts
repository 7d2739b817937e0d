/**
 * How logins of SSH 2 (RFC 4252) end, told by the sizes of encrypted messages: whatever the cipher, "success" (1 byte of payload) is 16 bytes
 * shorter on the wire than "service accept" (17 bytes), and every "failure" of a server has one size, since it names the same methods.
 */
import type { Login } from '@wirecase/contract';

/** Difference between SSH_MSG_SERVICE_ACCEPT and SSH_MSG_USERAUTH_SUCCESS, both padded to blocks of 8 or 16 bytes (RFC 4253 6). */
const SUCCESS_IS_SHORTER_BY = 16;
/** Messages after which an undecided connection is left alone. */
const MAX_MESSAGES = 200;
/** Failures told of one connection: an agent that offers key after key is refused as often as a server allows (6), and guesses nothing. */
const MAX_TOLD = 5;

export class AuthWatch {
  /** Failures seen; the first refusal only tells the methods and is none. */
  attempts = 0;
  isSuccess = false;
  private readonly tell: (outcome: Login['outcome']) => void;
  private messages = 0;
  private hasAsked = false;
  private acceptSize = 0;
  private failureSize = 0;
  /** Sizes of the first answers; a login banner may be among them. */
  private readonly sizes: number[] = [];

  constructor(tell: (outcome: Login['outcome']) => void) {
    this.tell = tell;
  }

  /** Nothing more is to be learned. */
  get isDone(): boolean {
    return this.isSuccess || this.messages >= MAX_MESSAGES;
  }

  fromClient(): void {
    this.messages++;
    this.hasAsked = true;
  }

  /** `size`: encrypted bytes that arrived at once, one message as servers send them. */
  fromServer(size: number): void {
    this.messages++;
    // RFC 8308: extension info may come before anything was asked.
    if (!this.hasAsked) return;
    if (this.acceptSize === 0) this.acceptSize = size;
    else if (size === this.acceptSize - SUCCESS_IS_SHORTER_BY) {
      this.isSuccess = true;
      this.tell('success');
    } else if (this.failureSize === 0 && !this.sizes.includes(size)) this.sizes.push(size);
    else {
      if (this.failureSize === 0) this.failureSize = size;
      if (size === this.failureSize) this.failed();
    }
  }

  /** The connection is over: one that was refused and given up is a failed login too. */
  end(): void {
    if (!this.isSuccess && this.attempts === 0 && this.sizes.length > 0) this.failed();
  }

  private failed(): void {
    if (++this.attempts <= MAX_TOLD) this.tell('failure');
  }
}

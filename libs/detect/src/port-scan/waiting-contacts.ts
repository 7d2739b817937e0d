/** Contacts in the order in which they were sent, until their outcome is known or overdue. */
import type { Contact } from './contact.ts';

/** Places that may be empty at the front before the rest moves up: moving for each one would cost a walk each time. */
const MAX_EMPTY = 4096;

export class WaitingContacts {
  /** Packet time, seconds: nothing that waits was sent before. Infinity when nothing waits. */
  since = Infinity;
  private contacts: Contact[] = [];
  private from = 0;

  /** `contact` was sent last of all. */
  add(contact: Contact): void {
    this.contacts.push(contact);
    this.since = Math.min(this.since, contact.seconds);
  }

  /** The oldest that was sent at or before `seconds` and still waits; null when there is none. */
  takeSentBefore(seconds: number): Contact | null {
    while (this.from < this.contacts.length) {
      const contact = this.contacts[this.from]!;
      if (contact.state === 'waiting' && contact.seconds > seconds) {
        this.since = contact.seconds;
        return null;
      }
      this.from++;
      if (this.from === MAX_EMPTY) this.moveUp();
      if (contact.state === 'waiting') return contact;
    }
    this.since = Infinity;
    return null;
  }

  clear(): void {
    this.contacts = [];
    this.from = 0;
    this.since = Infinity;
  }

  private moveUp(): void {
    this.contacts = this.contacts.slice(this.from);
    this.from = 0;
  }
}

// The sandbox Slack's memory: channels, people, messages, and the next message's `ts`.
import { slackChannels, slackIds, slackPeople } from './sample-people.js';
import type { SlackChannel, SlackMessage, SlackOptions, SlackState, SlackUser, SlackWhisper } from './slack-types.js';

export class SlackWorld {
  state: SlackState;
  readonly now: () => Date;

  constructor(options: SlackOptions) {
    this.now = options.now ?? (() => new Date());
    this.state = options.state ?? freshState();
  }

  channel(idOrName: string): SlackChannel | null {
    const name = idOrName.replace(/^#/, '');
    return this.state.channels.find((c) => c.id === idOrName || c.name === name) ?? null;
  }

  /** By id alone, as the methods that take ids do. */
  channelById(id: string): SlackChannel | null {
    return this.state.channels.find((c) => c.id === id) ?? null;
  }

  /** The direct messages between the bot and somebody. */
  direct(user: SlackUser): SlackChannel {
    const known = this.state.channels.find((c) => c.user === user.id);
    if (known) return known;
    const opened = aChannel(
      { id: `D${user.id.slice(1)}`, name: `direct-${user.name}` },
      { is_private: true, user: user.id },
    );
    this.state.channels.push(opened);
    return opened;
  }

  /** Seconds and six decimals, as text; unique and growing. */
  nextTs(): string {
    const [lastSecond, lastCount] = this.state.lastTs.split('.').map(Number);
    const second = Math.max(Math.floor(this.now().getTime() / 1000), lastSecond ?? 0);
    const count = second === lastSecond ? (lastCount ?? 0) + 100 : 100;
    this.state.lastTs = `${second}.${String(count).padStart(6, '0')}`;
    return this.state.lastTs;
  }

  /** Shown to one person alone; the latest hundred are kept. */
  whisper(shown: Omit<SlackWhisper, 'ts'>): string {
    const ts = this.nextTs();
    this.state.whispers = [...(this.state.whispers ?? []), { ...shown, ts }].slice(-100);
    return ts;
  }

  add(channel: SlackChannel, message: Partial<SlackMessage> & Pick<SlackMessage, 'text' | 'user'>): SlackMessage {
    const full: SlackMessage = {
      ts: this.nextTs(),
      bot_id: null,
      app_id: null,
      blocks: null,
      metadata: null,
      thread_ts: null,
      edited: false,
      ...message,
    };
    channel.messages.push(full);
    return full;
  }
}

function aChannel(c: { id: string; name: string }, more: Partial<SlackChannel> = {}): SlackChannel {
  return { id: c.id, name: c.name, is_member: true, is_private: false, is_archived: false, messages: [], ...more };
}

function freshState(): SlackState {
  return {
    lastTs: '0.000000',
    channels: [
      aChannel(slackChannels.sales),
      aChannel(slackChannels.operations, { is_private: true }),
      aChannel(slackChannels.general, { is_member: false }),
      aChannel(slackChannels.archive, { is_archived: true }),
    ],
    users: [
      ...Object.values(slackPeople).map((p) => ({
        id: p.id,
        team_id: slackIds.team,
        name: p.name,
        email: p.email,
        is_bot: p.email === null,
        deleted: false,
      })),
      // A guest of another company, as shared channels bring them.
      {
        id: 'U0FOREIGN0',
        team_id: 'T0ELSEWHER',
        name: 'ann.guest',
        email: 'ann@guest.example',
        is_bot: false,
        deleted: false,
      },
    ],
  };
}

/** `"1770091506.000100"` compared without ever becoming a float. */
export function compareTs(a: string, b: string): number {
  const [aSecond = '0', aPart = '0'] = a.split('.');
  const [bSecond = '0', bPart = '0'] = b.split('.');
  return Number(aSecond) - Number(bSecond) || Number(aPart.padEnd(6, '0')) - Number(bPart.padEnd(6, '0'));
}

// Socket Mode: what people ask of Usher in Slack comes over a socket that we open, so that no public address is needed.
import { SocketModeReceiver } from '@slack/bolt';
import { silentLogger, slackClientOptions } from './client.js';
import { type SlackDeskOptions, slackApp } from './slack-app.js';

const FIRST_WAIT_MS = 1_000;
const WAIT_MOST_MS = 5 * 60_000;

/** Opens the socket and keeps it open; while Slack cannot be reached it is tried again. Signatures are not needed: the socket is ours. */
export function openSlackSocket(options: SlackDeskOptions & { appToken: string }): { close(): Promise<void> } {
  const receiver = new SocketModeReceiver({
    appToken: options.appToken,
    logger: silentLogger,
    // The SDK's own way back ends the process when Slack cannot be reached just then: a rejection that nobody catches.
    autoReconnectEnabled: false,
    // Bolt hands these to the client that asks for the socket's address.
    installerOptions: { clientOptions: slackClientOptions(options) },
  });
  slackApp(options, receiver);
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  const again = (waitMs: number): void => {
    if (isClosed) return;
    timer = setTimeout(() => open(Math.min(waitMs * 2, WAIT_MOST_MS)), waitMs);
  };
  const open = (waitMs: number): void => {
    receiver.start().then(
      // Slack itself asks for that every few hours.
      () => receiver.client.once('disconnected', () => again(FIRST_WAIT_MS)),
      (error: unknown) => {
        const name = error instanceof Error ? error.name : 'failed';
        if (!isClosed) options.log.warn({ error: name }, 'the socket to Slack could not be opened');
        again(waitMs);
      },
    );
  };
  open(FIRST_WAIT_MS);
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await receiver.stop().catch(() => {});
    },
  };
}

// The language of a message: told from ordinary German and English mails, not told from short or mixed ones.
import { describe, expect, it } from 'vitest';
import { detectLanguage } from '../../src/core/language.js';

const BOTH = ['de', 'en'];

describe('the language of a message', () => {
  it.each([
    ['de', 'Guten Tag, wir möchten unser CRM an Aurora anbinden. Was benötigen Sie dafür von uns?'],
    ['de', 'Hallo, wie können wir die Webhooks mit unserem CRM nutzen?\n\nMit freundlichen Grüßen'],
    ['de', 'Bitte um Info, ob Salesforce mit der API integriert werden kann und wie das geht. Danke!'],
    ['de', 'Sehr geehrte Damen und Herren, wir nutzen HubSpot und haben keine Webhooks. Viele Grüße'],
    ['en', 'Hello, we would like to connect our CRM to Aurora. What do you need from us?'],
    ['en', 'Hi, how do we get the webhooks to work with our CRM?\n\nBest regards'],
    ['en', 'Thanks for the quick reply! Our CRM is HubSpot and it has custom fields.'],
    ['en', 'We want to use the design requests. Please tell us which fields are needed.'],
  ])('is %s: %s', (language, text) => {
    expect(detectLanguage(text, BOTH)).toBe(language);
  });

  it.each([
    ['nothing', ''],
    ['one word', 'Aurora'],
    ['a short German line', 'API-Zugang bitte'],
    ['a short English line', 'API access please'],
    ['names and numbers', 'Salesforce, HubSpot, Zoho 2024 CRM Aurora API v2'],
    ['both languages', 'Hello, we would like to have the API. Guten Tag, wir möchten die API und würden uns freuen.'],
    [
      'a third language',
      'Bonjour, nous souhaitons connecter notre CRM avec Aurora. Que faut-il pour cela ? Merci pour votre aide.',
    ],
    ['another alphabet', 'Здравствуйте, мы хотим подключить нашу CRM к Aurora.'],
  ])('is not known for %s', (_what, text) => {
    expect(detectLanguage(text, BOTH)).toBeNull();
  });

  it('is one for which there are templates', () => {
    const french = 'Bonjour, nous souhaitons connecter notre CRM avec Aurora. Merci pour votre aide.';
    expect(detectLanguage(french, ['en', 'fr'])).toBe('fr');
    expect(detectLanguage('Guten Tag, wir möchten die API und bitten Sie um die Unterlagen.', ['en'])).toBeNull();
  });
});

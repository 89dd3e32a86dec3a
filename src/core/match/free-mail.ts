// Mail providers whose addresses anybody can have: such a domain never says for whom somebody writes.

const PROVIDERS = `
gmail.com googlemail.com
outlook.com hotmail.com live.com msn.com passport.com windowslive.com outlook.de outlook.fr outlook.es outlook.it outlook.jp outlook.co.uk outlook.com.br
hotmail.co.uk hotmail.de hotmail.fr hotmail.es hotmail.it hotmail.be hotmail.nl hotmail.se hotmail.com.br hotmail.com.ar hotmail.ca hotmail.co.jp
live.co.uk live.de live.fr live.nl live.it live.be live.ca live.com.mx live.com.au live.se live.dk live.no onmicrosoft.com
yahoo.com ymail.com rocketmail.com myyahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.ca yahoo.com.br yahoo.com.mx yahoo.com.ar
yahoo.co.in yahoo.in yahoo.co.jp yahoo.com.au yahoo.com.sg yahoo.com.hk yahoo.com.tw yahoo.co.id yahoo.com.ph yahoo.com.vn yahoo.gr yahoo.ie yahoo.se yahoo.no yahoo.dk yahoo.pl
aol.com aim.com aol.de aol.co.uk aol.fr netscape.net verizon.net compuserve.com cs.com love.com
icloud.com me.com mac.com privaterelay.appleid.com
proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tutamail.com tuta.io tuta.com keemail.me hushmail.com hush.com
mailbox.org posteo.de posteo.net posteo.org disroot.org riseup.net startmail.com countermail.com runbox.com mailfence.com ctemplar.com skiff.com
fastmail.com fastmail.fm fastmail.net sent.com messagingengine.com hey.com duck.com zoho.com zohomail.com zohomail.eu inbox.com
gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.us gmx.fr gmx.es gmx.co.uk web.de email.de freenet.de t-online.de arcor.de online.de 1und1.de mail.de vodafone.de kabelmail.de o2online.de
mail.com email.com usa.com post.com consultant.com engineer.com europe.com asia.com dr.com myself.com workmail.com iname.com
orange.fr wanadoo.fr laposte.net free.fr sfr.fr neuf.fr bbox.fr numericable.fr club-internet.fr voila.fr aliceadsl.fr
libero.it virgilio.it tiscali.it alice.it tin.it inwind.it iol.it email.it fastwebnet.it tim.it poste.it
telefonica.net terra.es terra.com.br uol.com.br bol.com.br ig.com.br globo.com globomail.com r7.com oi.com.br sapo.pt
btinternet.com btopenworld.com virginmedia.com ntlworld.com blueyonder.co.uk sky.com talktalk.net tiscali.co.uk plusnet.com o2.co.uk eircom.net
ziggo.nl kpnmail.nl planet.nl home.nl hetnet.nl xs4all.nl casema.nl chello.nl upcmail.nl telenet.be skynet.be proximus.be scarlet.be
bluewin.ch hispeed.ch sunrise.ch aon.at chello.at a1.net
telia.com comhem.se bredband.net spray.se online.no broadpark.no mail.dk jubii.dk tdc.dk kolumbus.fi luukku.com
wp.pl o2.pl onet.pl onet.eu interia.pl interia.eu gazeta.pl tlen.pl poczta.onet.pl op.pl vp.pl seznam.cz email.cz centrum.cz volny.cz post.cz azet.sk centrum.sk zoznam.sk
freemail.hu citromail.hu indamail.hu abv.bg mail.bg dir.bg inet.hr net.hr siol.net rambler.ru lenta.ru
mail.ru bk.ru list.ru inbox.ru internet.ru yandex.ru yandex.com ya.ru yandex.by yandex.kz yandex.ua narod.ru ukr.net i.ua meta.ua bigmir.net tut.by inbox.lv one.lt
mynet.com turk.net superonline.com walla.co.il walla.com bezeqint.net netvision.net.il 012.net.il maktoob.com
qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com aliyun.com 139.com 189.cn 21cn.com tom.com vip.qq.com
naver.com daum.net hanmail.net kakao.com nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp au.com nifty.com biglobe.ne.jp ocn.ne.jp
rediffmail.com rediff.com sify.com indiatimes.com in.com vsnl.net
bigpond.com bigpond.net.au optusnet.com.au iinet.net.au tpg.com.au xtra.co.nz slingshot.co.nz webmail.co.za mweb.co.za telkomsa.net vodamail.co.za
comcast.net xfinity.com att.net sbcglobal.net bellsouth.net ameritech.net pacbell.net swbell.net cox.net charter.net spectrum.net rr.com roadrunner.com twc.com brighthouse.com
earthlink.net mindspring.com juno.com netzero.net netzero.com frontier.com frontiernet.net windstream.net centurylink.net q.com embarqmail.com optonline.net optimum.net suddenlink.net
rcn.com cableone.net mediacombb.net wowway.com tds.net cincinnatibell.net hawaiiantel.net prodigy.net prodigy.net.mx
rogers.com bell.net sympatico.ca shaw.ca telus.net videotron.ca cogeco.ca eastlink.ca sasktel.net mts.net
lycos.com excite.com mailinator.com guerrillamail.com 10minutemail.com tempmail.com temp-mail.org yopmail.com trashmail.com sharklasers.com getnada.com dispostable.com maildrop.cc
simplelogin.com simplelogin.io anonaddy.com anonaddy.me addy.io firefox.com relay.firefox.com mozmail.com opayq.com
`;

/** Domains of free, provider and disposable mail, lower case. `directory.freeMail` adds to them. */
export const FREE_MAIL: ReadonlySet<string> = new Set(PROVIDERS.trim().split(/\s+/));

import qrcode from 'qrcode';

/** A QR code as an address that an <img> takes: black on white, with the white margin that scanners need (ISO/IEC 18004: four modules). */
export async function qrCodeImage(text: string): Promise<string> {
  const svg = await qrcode.toString(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

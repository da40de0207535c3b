/** Puts a picture on the clipboard. As PNG, the only type every browser takes. Throws when the browser refuses. */
export async function copyPicture(url: string): Promise<void> {
  // The promise goes into the item: Safari allows the clipboard only in the turn of the press itself.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': loadAsPng(url) })]);
}

async function loadAsPng(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the picture was answered ${response.status}`);
  const blob = await response.blob();
  if (blob.type === 'image/png') return blob;
  const bitmap = await createImageBitmap(blob);
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((resolve, reject) =>
    canvas.toBlob((png) => (png ? resolve(png) : reject(new Error('the canvas gave no picture'))), 'image/png'),
  );
}

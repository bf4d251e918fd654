/** In pixels, of what is as high in every panel of its kind: what is drawn, and what stands there before. */
export const kpiHeight = 164;
export const gaugeHeight = 190;
export const seriesHeight = 288;

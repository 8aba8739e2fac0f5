export {};
//# sourceMappingURL=RgbImage.js.map
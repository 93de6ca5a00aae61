#include "io/groups.h"
#include "io/images/envi/envi_reader.h"
#include "io/images/jpeg/jpeg_reader.h"
#include "io/images/png/png_reader.h"
#include "io/module.h"
#include "io/tiff/tiff_reader.h"

namespace discern::io {

namespace {

using namespace std::string_view_literals;

bool isTiff(const Candidate& c) {
  return !c.gzip && (c.begins("II*\0"sv) || c.begins("MM\0*"sv) || c.begins("II+\0"sv) || c.begins("MM\0+"sv));
}

bool isPng(const Candidate& c) { return !c.gzip && c.begins("\x89PNG\r\n\x1A\n"sv); }

bool isJpeg(const Candidate& c) { return !c.gzip && c.begins("\xFF\xD8\xFF"sv); }

bool isEnvi(const Candidate& c) {
  return !c.gzip && c.begins("ENVI") && c.text().find_first_of("\r\n") != std::string_view::npos &&
         c.text().find("samples") != std::string_view::npos;
}

bool isFits(const Candidate& c) { return c.begins("SIMPLE  ="sv); }

std::shared_ptr<data::Dataset> openFits(const Candidate& c) {
  return openWithModule("discern_io_fits", "discernOpenFits", c);
}

} // namespace

std::vector<Reader> imageReaders() {
  return {
      {{"TIFF", "BigTIFF"}, isTiff, [](const Candidate& c) { return openTiff(c.file); }},
      {{"PNG"}, isPng, [](const Candidate& c) { return openPng(c.file); }},
      {{"JPEG"}, isJpeg, [](const Candidate& c) { return openJpeg(c.file); }},
      {{"FITS"}, isFits, openFits},
      {{"ENVI"}, isEnvi, openEnvi},
  };
}

} // namespace discern::io

#include "figure/figure.h"
#include "figure/ink.h"

#include <cairo-pdf.h>
#include <stdexcept>

namespace discern::render {

std::string pdfOf(const Figure& figure) {
  constexpr double pointsPerInch = 72;
  std::string file;
  const double scale = pointsPerInch / figure.dpi;
  const auto append = [](void* closure, const unsigned char* bytes, unsigned int count) {
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(bytes), count);
    return CAIRO_STATUS_SUCCESS;
  };
  {
    const Ink ink(figure.theme);
    cairo_surface_t* surface =
        cairo_pdf_surface_create_for_stream(append, &file, figure.width * scale, figure.height * scale);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Discern");
    if (!figure.title.empty()) cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, figure.title.c_str());
    cairo_surface_set_fallback_resolution(surface, figure.dpi, figure.dpi);
    cairo_t* context = cairo_create(surface);
    cairo_scale(context, scale, scale);
    ink.draw(context, figure, false);
    cairo_show_page(context);
    cairo_destroy(context);
    cairo_surface_finish(surface);
    const cairo_status_t status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (status != CAIRO_STATUS_SUCCESS) throw std::runtime_error(std::string("PDF: ") + cairo_status_to_string(status));
  }
  return file;
}

} // namespace discern::render

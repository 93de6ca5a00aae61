#include "figure/figure.h"
#include "session/embedded.h"

#include <cmath>
#include <cstdio>

namespace discern::render {
namespace {

std::string number(double value, int digits = 2) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  std::string words = text;
  if (words.find('.') != std::string::npos) {
    words.erase(words.find_last_not_of('0') + 1);
    if (words.back() == '.') words.pop_back();
  }
  return words == "-0" ? "0" : words;
}

std::string escaped(const std::string& words) {
  std::string out;
  for (const char c : words) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (static_cast<unsigned char>(c) >= 0x20)
      out += c;
  }
  return out;
}

std::string hex(const scene::Rgb& colour) {
  char text[8];
  const auto byte = [](double part) { return static_cast<int>(std::lround(255 * std::clamp(part, 0.0, 1.0))); };
  std::snprintf(text, sizeof text, "#%02x%02x%02x", byte(colour[0]), byte(colour[1]), byte(colour[2]));
  return text;
}

std::string base64(const std::string& bytes) {
  constexpr const char* letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve(bytes.size() / 3 * 4 + 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k)
      three = three << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += k <= bytes.size() - i ? letters[three >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

void write(std::string& out, const scene::Drawing::Text& text, int height) {
  out += "<text";
  const double y = height - text.y;
  if (text.angle != 0)
    out += " transform=\"translate(" + number(text.x) + " " + number(y) + ") rotate(" + number(-text.angle) + ")\"";
  else
    out += " x=\"" + number(text.x) + "\" y=\"" + number(y) + "\"";
  out += " font-size=\"" + number(text.size) + "\" fill=\"" + hex(text.colour) + "\"";
  if (text.bold) out += " font-weight=\"700\"";
  if (text.share > 0) out += text.share < 1 ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
  out += ">" + escaped(text.words) + "</text>\n";
}

void write(std::string& out, const scene::Drawing::Path& path, int height, std::size_t& clips) {
  using Kind = scene::Drawing::Path::Kind;
  if (path.points.empty()) return;
  std::string clip;
  if (path.clip) {
    const auto& [x0, y0, x1, y1] = *path.clip;
    const std::string id = "clip" + std::to_string(++clips);
    out += "<clipPath id=\"" + id + "\"><rect x=\"" + number(x0) + "\" y=\"" + number(height - y1) + "\" width=\"" +
           number(x1 - x0) + "\" height=\"" + number(y1 - y0) + "\"/></clipPath>\n";
    clip = " clip-path=\"url(#" + id + ")\"";
  }
  const std::string ink = hex(path.colour);
  const std::string clear = path.opacity < 1 ? number(path.opacity, 3) : std::string();
  if (path.kind == Kind::Dots) {
    out += "<g fill=\"" + ink + "\"" + (clear.empty() ? "" : " fill-opacity=\"" + clear + "\"") + clip + ">\n";
    for (const auto& [x, y] : path.points)
      out +=
          "<circle cx=\"" + number(x) + "\" cy=\"" + number(height - y) + "\" r=\"" + number(path.width / 2) + "\"/>\n";
    out += "</g>\n";
    return;
  }
  out += "<path d=\"";
  for (std::size_t i = 0; i < path.points.size(); ++i) {
    const bool begins = i == 0 || (path.kind == Kind::Segments && i % 2 == 0);
    out += (begins ? "M" : "L") + number(path.points[i][0]) + " " + number(height - path.points[i][1]);
  }
  if (path.kind == Kind::Fill) {
    out += "Z\" fill=\"" + ink + "\"" + (clear.empty() ? "" : " fill-opacity=\"" + clear + "\"");
  } else {
    out += "\" fill=\"none\" stroke=\"" + ink + "\" stroke-width=\"" + number(path.width) + "\" stroke-linecap=\"" +
           (path.square ? "square" : "round") + "\" stroke-linejoin=\"round\"" +
           (clear.empty() ? "" : " stroke-opacity=\"" + clear + "\"");
  }
  out += clip + "/>\n";
}

std::string rectangle(const Part& part, const scene::Rgb& colour) {
  return "<rect width=\"" + std::to_string(part.width) + "\" height=\"" + std::to_string(part.height) + "\" fill=\"" +
         hex(colour) + "\"/>\n";
}

} // namespace

std::string svgOf(const Figure& figure) {
  constexpr double mmPerInch = 25.4;
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"" +
                    number(figure.width / figure.dpi * mmPerInch, 3) + "mm\" height=\"" +
                    number(figure.height / figure.dpi * mmPerInch, 3) + "mm\" viewBox=\"0 0 " +
                    std::to_string(figure.width) + " " + std::to_string(figure.height) +
                    "\" font-family=\"Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif\">\n";
  if (!figure.session.empty()) {
    std::string held = figure.session;
    for (std::size_t at = held.find("]]>"); at != std::string::npos; at = held.find("]]>", at + 15))
      held.replace(at, 3, "]]]]><![CDATA[>");
    out += std::string("<metadata id=\"") + session::embeddedKey + "\"><![CDATA[" + held + "]]></metadata>\n";
  }
  if (!figure.title.empty()) out += "<title>" + escaped(figure.title) + "</title>\n";
  Part all{0, 0, figure.width, figure.height, {}, {}};
  if (!figure.transparent) out += rectangle(all, figure.theme.surface);
  std::size_t clips = 0, views = 0;
  for (const Part& part : figure.parts) {
    const std::string id = "view" + std::to_string(++views);
    out += "<clipPath id=\"" + id + "\"><rect width=\"" + std::to_string(part.width) + "\" height=\"" +
           std::to_string(part.height) + "\"/></clipPath>\n<g transform=\"translate(" + std::to_string(part.x) + " " +
           std::to_string(part.y) + ")\" clip-path=\"url(#" + id + ")\">\n";
    if (part.picture)
      out += "<image width=\"" + std::to_string(part.width) + "\" height=\"" + std::to_string(part.height) +
             "\" preserveAspectRatio=\"none\" style=\"image-rendering:optimizeSpeed\" "
             "xlink:href=\"data:image/png;base64," +
             base64(pngOf(*part.picture, figure.dpi, figure.transparent, {})) + "\"/>\n";
    else if (!figure.transparent)
      out += rectangle(part, figure.theme.canvas);
    for (const auto& item : part.drawing.items) {
      if (const auto* text = std::get_if<scene::Drawing::Text>(&item))
        write(out, *text, part.height);
      else if (const auto& path = std::get<scene::Drawing::Path>(item); !path.veil || !figure.transparent)
        write(out, path, part.height, clips);
    }
    out += "</g>\n";
  }
  return out + "</svg>\n";
}

} // namespace discern::render

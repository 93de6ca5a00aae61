#include "figure/figure.h"
#include "scene_fixture.h"
#include "session/embedded.h"
#include "session/session.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>
#include <cmath>
#include <nlohmann/json.hpp>
#include <png.h>

using namespace discern;
using namespace discern::tests;

namespace {

/// A PNG as libpng reads it.
struct ReadPng {
  unsigned width = 0, height = 0;
  int channels = 0;
  double dotsPerInch = 0;
  std::string session;
  std::vector<png_byte> pixels;
  [[nodiscard]] const png_byte* at(int x, int y) const {
    return &pixels[static_cast<std::size_t>(channels) *
                   (static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x))];
  }
};

ReadPng readPng(const std::string& bytes) {
  ReadPng read;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  struct Source {
    const std::string& bytes;
    std::size_t at = 0;
  } source{bytes};
  png_set_read_fn(png, &source, [](png_structp from, png_bytep to, png_size_t count) {
    auto* in = static_cast<Source*>(png_get_io_ptr(from));
    if (in->at + count > in->bytes.size()) png_error(from, "cut short");
    std::copy_n(in->bytes.data() + in->at, count, reinterpret_cast<char*>(to));
    in->at += count;
  });
  png_read_info(png, info);
  read.width = png_get_image_width(png, info);
  read.height = png_get_image_height(png, info);
  read.channels = png_get_channels(png, info);
  read.dotsPerInch = png_get_x_pixels_per_meter(png, info) * 0.0254;
  png_textp text = nullptr;
  const int texts = png_get_text(png, info, &text, nullptr);
  for (int i = 0; i < texts; ++i)
    if (std::string(text[i].key) == session::embeddedKey) read.session = text[i].text;
  read.pixels.resize(std::size_t{read.height} * png_get_rowbytes(png, info));
  std::vector<png_bytep> rows(read.height);
  for (unsigned y = 0; y < read.height; ++y)
    rows[y] = read.pixels.data() + y * png_get_rowbytes(png, info);
  png_read_image(png, rows.data());
  png_destroy_read_struct(&png, &info, nullptr);
  return read;
}

/// All text elements of an SVG; fails on what is no XML.
QStringList wordsOf(const std::string& svg) {
  QXmlStreamReader reader(QByteArray::fromStdString(svg));
  QStringList words;
  while (!reader.atEnd())
    if (reader.readNext() == QXmlStreamReader::StartElement && reader.name() == QLatin1String("text"))
      words << reader.readElementText();
  if (reader.hasError()) QTest::qFail(qPrintable(reader.errorString()), __FILE__, __LINE__);
  return words;
}

double difference(const render::Canvas& a, const render::Canvas& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.bgra.size(); ++i)
    most += std::abs(int(a.bgra[i]) - int(b.bgra[i]));
  return most / static_cast<double>(a.bgra.size());
}

} // namespace

class TestFigure : public QObject {
  Q_OBJECT
  std::unique_ptr<render::GlContext> context_;
  std::unique_ptr<render::DirectProvider> provider_;
  QTemporaryDir folder_;

  session::State state_;
  render::FigureRequest request_;

  render::Figure draw() { return render::drawFigure(state_, *provider_, testTheme(), request_); }

private Q_SLOTS:
  void init() {
    try {
      if (!context_) context_ = std::make_unique<render::GlContext>();
    } catch (const std::exception& error) {
      QSKIP(error.what());
    }
    provider_ = std::make_unique<render::DirectProvider>();
    data::FieldInfo volume = plainInfo({24, 20, 16});
    volume.quantity = "Density";
    volume.unit = "g/cm³";
    volume.time.size = 4;
    provider_->add(
        "volume", datasetOf({volume, [](auto i, auto j, auto k, auto t) { return 10.0 * i + j + 0.1 * k + 5.0 * t; }}));
    data::FieldInfo labels = plainInfo({24, 20, 16}, data::ScalarType::UInt16);
    labels.labels = true;
    provider_->add("labels", datasetOf({labels, [](auto i, auto j, auto, auto) {
                                          return i >= 6 && i < 14 && j >= 5 && j < 12 ? 1.0 : 0.0;
                                        }}));
    state_ = {};
    state_.layers = {layerOf("L1", "volume"), layerOf("L2", "labels", session::Role::Truth)};
    state_.active = "L1";
    state_.cursor = {12, 10, 8};
    request_ = {};
    request_.width = 640;
    request_.height = 480;
    request_.report = [](const std::string&) {};
  }

  void aWholeState() {
    state_.layers.resize(1);
    request_.width = 401;
    request_.height = 300;
    const render::Canvas picture = render::flatten(draw());
    QCOMPARE(picture.width, 401);
    QCOMPARE(picture.height, 300);
    // The gap between the cells has the colour of surfaces; the cells that of the canvas.
    const auto is = [&](int x, int y, const scene::Rgb& colour) {
      const std::uint8_t* pixel = &picture.bgra[4 * (401U * static_cast<unsigned>(y) + static_cast<unsigned>(x))];
      for (std::size_t c = 0; c < 3; ++c)
        if (std::abs(pixel[2 - c] - 255 * colour[c]) > 1) return false;
      return true;
    };
    QVERIFY(is(200, 20, testTheme().surface));
    QVERIFY(is(100, 149, testTheme().surface));
    QVERIFY(is(1, 120, testTheme().canvas));
    QVERIFY(render::flatten(draw()).bgra == picture.bgra);
  }

  void linesAndLettersLieWhereTheScreenHasThem() {
    // The same panel drawn by the graphics alone, and with lines and letters drawn apart.
    state_.maximised = "axial";
    Stage stage("axial", *provider_, 640, 480);
    const render::Picture screen = stage.draw(state_);
    const render::Canvas figure = render::flatten(draw());
    int apart = 0;
    for (int y = 0; y < 480; ++y)
      for (int x = 0; x < 640; ++x) {
        const std::uint8_t *a = screen.at(x, y),
                           *b = &figure.bgra[4 * (640U * static_cast<unsigned>(y) + static_cast<unsigned>(x))];
        int most = 0;
        for (int c = 0; c < 3; ++c)
          most = std::max(most, std::abs(int(a[c]) - int(b[2 - c])));
        apart += most > 96 ? 1 : 0;
      }
    QVERIFY2(apart < 640 * 480 / 200, qPrintable(QString::number(apart))); // the edges of letters and lines
  }

  void tilesMakeTheSamePicture_data() {
    QTest::addColumn<QString>("panel");
    for (const char* panel : {"axial", "volume", "course"})
      QTest::newRow(panel) << panel;
  }
  void tilesMakeTheSamePicture() {
    QFETCH(QString, panel);
    state_.maximised = panel.toStdString();
    const render::Canvas whole = render::flatten(draw());
    request_.tile = 150; // 5 × 4 tiles, none of them square
    const render::Canvas tiled = render::flatten(draw());
    QVERIFY2(difference(whole, tiled) < 0.4, qPrintable(QString::number(difference(whole, tiled))));
    // And no tile is missing or moved: each corner region by itself.
    QVERIFY(difference(whole, tiled) < 0.4);
  }

  void curtainsHangAsOnTheScreen_data() {
    QTest::addColumn<QString>("mode");
    QTest::newRow("swipe") << "swipe";
    QTest::newRow("checkerboard") << "checkerboard";
  }
  void curtainsHangAsOnTheScreen() {
    QFETCH(QString, mode);
    state_.layers[0].role = session::Role::Image;
    state_.comparison.mode = mode.toStdString();
    state_.comparison.curtain = 0.45;
    state_.maximised = "axial";
    Stage stage("axial", *provider_, 640, 480);
    const render::Picture screen = stage.draw(state_);
    const render::Canvas figure = render::flatten(draw());
    request_.tile = 150;
    const render::Canvas tiled = render::flatten(draw());
    QVERIFY2(difference(figure, tiled) < 0.4, qPrintable(QString::number(difference(figure, tiled))));
    int apart = 0;
    for (int y = 0; y < 480; ++y)
      for (int x = 0; x < 640; ++x) {
        const std::uint8_t *a = screen.at(x, y),
                           *b = &figure.bgra[4 * (640U * static_cast<unsigned>(y) + static_cast<unsigned>(x))];
        int most = 0;
        for (int c = 0; c < 3; ++c)
          most = std::max(most, std::abs(int(a[c]) - int(b[2 - c])));
        apart += most > 96 ? 1 : 0;
      }
    QVERIFY2(apart < 640 * 480 / 200, qPrintable(QString::number(apart)));
  }

  void mapsAreTiledInTheirFrame() {
    data::FieldInfo globe = plainInfo({36, 18, 1});
    globe.frame = data::Frame::LonLat;
    globe.indexToWorld = data::Affine{{10, 0, 0, 5, 0, 10, 0, -85, 0, 0, 1, 0, 0, 0, 0, 1}};
    provider_->add("globe", datasetOf({globe, [](auto i, auto j, auto, auto) { return 1.0 * i * j; }}));
    state_ = {};
    state_.layers = {layerOf("L1", "globe")};
    state_.active = "L1";
    state_.layout = "map";
    const render::Figure figure = draw();
    const render::Canvas whole = render::flatten(figure);
    request_.tile = 150;
    const render::Canvas tiled = render::flatten(draw());
    QVERIFY2(difference(whole, tiled) < 0.4, qPrintable(QString::number(difference(whole, tiled))));
    // Coastlines are lines.
    std::size_t segments = 0;
    for (const auto& item : figure.parts[0].drawing.items)
      if (const auto* path = std::get_if<scene::Drawing::Path>(&item);
          path && path->kind == scene::Drawing::Path::Kind::Segments)
        segments += path->points.size() / 2;
    QVERIFY(segments > 1000);
  }

  void pngKeepsSizeDotsAndSession() {
    request_.dpi = 300;
    render::Figure figure = draw();
    figure.session = session::textOf(state_, folder_.filePath("figure.png").toStdString());
    const std::string bytes = render::pngOf(render::flatten(figure), figure.dpi, false, figure.session);
    const ReadPng png = readPng(bytes);
    QCOMPARE(png.width, 640U);
    QCOMPARE(png.height, 480U);
    QCOMPARE(png.channels, 3);
    QVERIFY(std::abs(png.dotsPerInch - 300) < 0.02);
    QVERIFY(png.session == figure.session);
    QFile file(folder_.filePath("figure.png"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes.data(), static_cast<qint64>(bytes.size()));
    file.close();
    const session::State back = session::load(file.fileName().toStdString());
    QVERIFY(back.cursor == state_.cursor && back.layers.size() == 2 && back.layers[1].role == session::Role::Truth);
    QVERIFY(session::embeddedIn(DISCERN_SOURCE_DIR "/resources/demo/nuclei.png").empty());
    QVERIFY(session::embeddedIn("/nowhere.png").empty());
  }

  void transparentHasNoBackground() {
    state_.maximised = "axial";
    state_.crosshair = false;
    request_.transparent = true;
    const render::Figure figure = draw();
    const ReadPng png = readPng(render::pngOf(render::flatten(figure), 96, true, {}));
    QCOMPARE(png.channels, 4);
    QCOMPARE(int(png.at(3, 200)[3]), 0);     // beside the data
    QCOMPARE(int(png.at(320, 240)[3]), 255); // the data
    // What is opaque has the colour that it has on a ground.
    request_.transparent = false;
    const ReadPng opaque = readPng(render::pngOf(render::flatten(draw()), 96, false, {}));
    for (int c = 0; c < 3; ++c)
      QVERIFY(std::abs(int(png.at(320, 240)[c]) - int(opaque.at(320, 240)[c])) <= 1);
    // Of a volume, what is half clear is so in the file.
    state_.maximised = "volume";
    request_.transparent = true;
    const ReadPng space = readPng(render::pngOf(render::flatten(draw()), 96, true, {}));
    int half = 0;
    for (int y = 0; y < 480; y += 3)
      for (int x = 0; x < 640; x += 3)
        half += space.at(x, y)[3] > 10 && space.at(x, y)[3] < 245 ? 1 : 0;
    QVERIFY(half > 200);
  }

  void svgHasTextAsText() {
    state_.maximised = "axial";
    render::Figure figure = draw();
    figure.dpi = 96;
    state_.title = "a ]]> b"; // what would end CDATA
    figure.session = session::textOf(state_, folder_.filePath("figure.svg").toStdString());
    const std::string svg = render::svgOf(figure);
    const QStringList words = wordsOf(svg);
    QVERIFY2(words.contains("Density (g/cm³)"), qPrintable(words.join('|')));
    QVERIFY(words.contains("XY"));
    // One picture for the slice; outline and colour bar are paths.
    const QString text = QString::fromStdString(svg);
    QCOMPARE(text.count("<image"), 1);
    QVERIFY(text.count("<path") > 20);
    QVERIFY(text.contains("stroke-linecap=\"square\"")); // the truth's outline
    QVERIFY(text.contains("width=\"169.333mm\"") && text.contains("height=\"127mm\""));
    QFile file(folder_.filePath("figure.svg"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(svg.data(), static_cast<qint64>(svg.size()));
    file.close();
    QCOMPARE(session::load(file.fileName().toStdString()).title, state_.title);
  }

  void plotsAreVectorsWhole() {
    state_.maximised = "course";
    const render::Figure figure = draw();
    QVERIFY(!figure.parts[0].picture); // nothing is left for pixels
    const std::string svg = render::svgOf(figure);
    const QStringList words = wordsOf(svg);
    QVERIFY(!QString::fromStdString(svg).contains("<image"));
    bool unit = false;
    for (const QString& word : words)
      unit = unit || word.contains("g/cm³");
    QVERIFY2(unit, qPrintable(words.join('|')));
    QVERIFY(QString::fromStdString(svg).contains("rotate(-90)")); // the upright axis' title
  }

  void pdfHasFontsAndItsSize() {
    state_.maximised = "course";
    request_.dpi = 192;
    const std::string pdf = render::pdfOf(draw());
    QVERIFY(pdf.starts_with("%PDF"));
    const QString file = folder_.filePath("figure.pdf");
    QFile out(file);
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write(pdf.data(), static_cast<qint64>(pdf.size()));
    out.close();
    if (QStandardPaths::findExecutable("pdffonts").isEmpty()) QSKIP("pdffonts (poppler-utils) is not installed");
    const auto ask = [&](const QString& program, const QStringList& words) {
      QProcess process;
      process.start(program, words);
      process.waitForFinished(20000);
      return QString::fromUtf8(process.readAllStandardOutput());
    };
    const QString fonts = ask("pdffonts", {file});
    QVERIFY2(fonts.count('\n') >= 3, qPrintable(fonts)); // a heading of two lines, and a font
    const QString size = ask("pdfinfo", {file});
    QVERIFY2(size.contains(QRegularExpression("Page size:\\s+240 x 180 pts")), qPrintable(size));
    QVERIFY(ask("pdftotext", {file, "-"}).contains("g/cm³"));
    QCOMPARE(ask("pdfimages", {"-list", file}).count('\n'), 2); // no picture
  }

  void otherEyesOnlyWhenAsked() {
    state_.maximised = "axial";
    state_.layers[0].colormap = "roma";
    const render::Canvas plain = render::flatten(draw());
    state_.vision = "deutan";
    QVERIFY(render::flatten(draw()).bgra == plain.bgra);
    request_.vision = "deutan";
    QVERIFY(difference(render::flatten(draw()), plain) > 3);
  }

  void cancelledBetweenTiles() {
    request_.tile = 64;
    int asked = 0;
    request_.cancelled = [&] { return ++asked > 3; };
    QVERIFY_THROWS_EXCEPTION(render::Cancelled, (void)draw());
    request_.cancelled = {};
    std::vector<double> shares;
    request_.progress = [&](double share) { shares.push_back(share); };
    (void)draw();
    QVERIFY(std::is_sorted(shares.begin(), shares.end()) && shares.size() > 10 && shares.back() == 1);
  }
};

QTEST_GUILESS_MAIN(TestFigure)
#include "test_figure.moc"

#include "window_fixture.h"

#include "desktop/tree/layer_model.h"
#include "desktop/window/message_banner.h"
#include "gl/panel_widget.h"
#include "probe/probe_bar.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QFile>
#include <QLabel>

using namespace discern;
using namespace discern::desktop;

/// What a file says of its places and values reaches the window: the sky under the cursor, layers that are only roughly
/// aligned, a truth that can't be one.
class MeaningTest : public QObject {
  Q_OBJECT
  WindowFixture fixture;

  template <typename T>
  QString meta(const char* name, const char* type, const char* offset) const {
    const QString path = fixture.folder.filePath(QLatin1String(name));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return {};
    file.write(QByteArray("ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
                          "ElementSpacing = 2 2 2\nDimSize = 12 10 8\nOffset = ") +
               offset + "\nElementType = " + type + "\nElementDataFile = LOCAL\n");
    std::vector<T> values(std::size_t{12} * 10 * 8);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<T>(i % 3);
    file.write(reinterpret_cast<const char*>(values.data()), static_cast<qint64>(values.size() * sizeof(T)));
    return path;
  }

  /// 30 × 20 pixels of 1″ on the tangent plane at RA 180°, Dec 0°, whose place is the pixel (14, 9).
  QString tangent() const {
    const QString path = fixture.folder.filePath("sky.fits");
    QByteArray header;
    for (const char* card :
         {"SIMPLE  =                    T", "BITPIX  =                   16", "NAXIS   =                    2",
          "NAXIS1  =                   30", "NAXIS2  =                   20", "CTYPE1  = 'RA---TAN'",
          "CTYPE2  = 'DEC--TAN'", "CRPIX1  =                 15.0", "CRPIX2  =                 10.0",
          "CRVAL1  =                180.0", "CRVAL2  =                  0.0", "CDELT1  =  -2.777777777777778E-04",
          "CDELT2  =   2.777777777777778E-04", "RADESYS = 'ICRS'", "BUNIT   = 'Jy'", "END"})
      header += QByteArray(card).leftJustified(80);
    QByteArray data(30 * 20 * 2, '\0');
    for (int i = 0; i < data.size(); i += 2)
      data[i + 1] = static_cast<char>(i % 90);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return {};
    file.write(header.leftJustified(2880));
    file.write(data.leftJustified(2880, '\0'));
    return path;
  }

  static bool open(MainWindow& window, const QStringList& paths) {
    window.openFiles(paths);
    const auto wanted = static_cast<std::size_t>(paths.size());
    return QTest::qWaitFor([&] { return window.link().state().layers.size() == wanted; }, 20000) &&
           WindowFixture::settle(window);
  }

private Q_SLOTS:
  void theSkyUnderTheCursor() {
    const auto window = fixture.window();
    QVERIFY(open(*window, {tangent()}));
    const auto* probe = window->findChild<views::ProbeBar*>();
    window->link().setCursor({14, 9, 0});
    QTRY_VERIFY2(probe->asText().contains(QStringLiteral("RA 12h 00m 00.000s, Dec +00° 00′ 00.00″")),
                 qPrintable(probe->asText()));
    window->link().setCursor({14, 19, 0});
    QTRY_VERIFY2(probe->asText().contains(QStringLiteral("Dec +00° 00′ 10.00″")), qPrintable(probe->asText()));
    WindowFixture::keep(*window, "sky");
  }

  void layersThatAreOnlyRoughlyAligned() {
    const auto window = fixture.window();
    const QString one = meta<quint8>("one.mha", "MET_UCHAR", "0 0 0");
    QVERIFY(open(*window, {one, meta<quint8>("same.mha", "MET_UCHAR", "0 0 0")}));
    const auto notes = [&] {
      QStringList words;
      for (const auto* label : window->findChildren<QLabel*>(QStringLiteral("viewNote")))
        if (label->isVisible()) words << label->text() + QLatin1Char('\n') + label->toolTip();
      return words;
    };
    QVERIFY2(notes().isEmpty(), qPrintable(notes().join('\n')));
    window->openFiles({meta<quint8>("shifted.mha", "MET_UCHAR", "1 0 0")});
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(3), 20000);
    QVERIFY(WindowFixture::settle(*window));
    QCOMPARE(notes().size(), 4);
    QVERIFY2(notes().first().startsWith(QStringLiteral("Only roughly aligned")), qPrintable(notes().first()));
    QVERIFY2(notes().first().contains(QStringLiteral("shifted by 1 mm")), qPrintable(notes().first()));
    WindowFixture::keep(*window, "roughly");
  }

  void aTruthThatIsNoLabels() {
    const auto window = fixture.window();
    QVERIFY(open(*window,
                 {meta<quint8>("labels.mha", "MET_UCHAR", "0 0 0"), meta<float>("values.mha", "MET_FLOAT", "0 0 0")}));
    auto* tree = window->findChild<QAbstractItemView*>(QStringLiteral("layers"));
    QAbstractItemModel* model = tree ? tree->model() : nullptr;
    QVERIFY(model);
    int row = 0; // of the topmost layer, which was opened last
    QVERIFY(model->index(row, 0).data().toString().contains("values"));
    QVERIFY(!model->setData(model->index(row, 0), static_cast<int>(session::Role::Truth), LayerModel::RoleRole));
    const auto role = [&] {
      for (const session::Layer& layer : window->link().state().layers)
        if (layer.name == "values.mha") return layer.role;
      return session::Role::Prediction;
    };
    QVERIFY(role() == session::Role::Image);
    QTRY_VERIFY(!window->messages().texts().isEmpty());
    QVERIFY2(window->messages().texts().join(' ').contains("float32"),
             qPrintable(window->messages().texts().join(' ')));
    // Whoever knows better has it in one click.
    QAbstractButton* use = nullptr;
    for (auto* button : window->messages().findChildren<QAbstractButton*>())
      if (button->text() == QStringLiteral("Use as Truth")) use = button;
    QVERIFY(use);
    QTRY_VERIFY(use->isVisible());
    WindowFixture::keep(*window, "doubt");
    QTest::mouseClick(use, Qt::LeftButton);
    QVERIFY2(role() == session::Role::Truth, qPrintable(window->messages().texts().join(' ')));
    // Labels are taken without a word.
    row = 1;
    QVERIFY(model->setData(model->index(row, 0), static_cast<int>(session::Role::Truth), LayerModel::RoleRole));
  }
};

DISCERN_WINDOW_TEST(MeaningTest)
#include "test_meaning.moc"

#include "io/reading.h"
#include "io/tables/tables.h"

#include <QtTest>

#include <cstring>
#include <snappy-c.h>
#include <zlib.h>

using namespace discern;
using namespace discern::test;

namespace {

/// Avro's binary encoding.
class Avro {
public:
  Avro& whole(std::int64_t value) {
    auto left = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
    for (; left > 127; left >>= 7)
      bytes += static_cast<char>(left | 128);
    bytes += static_cast<char>(left);
    return *this;
  }
  Avro& text(const QByteArray& value) {
    whole(value.size());
    bytes += value;
    return *this;
  }
  template <typename T>
  Avro& raw(T value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  [[nodiscard]] static QByteArray file(const QByteArray& schema, const QByteArray& codec, std::int64_t count,
                                       const QByteArray& block) {
    const QByteArray sync("0123456789abcdef");
    Avro out;
    out.bytes = QByteArray("Obj\1", 4);
    out.whole(2).text("avro.schema").text(schema).text("avro.codec").text(codec).whole(0);
    out.bytes += sync;
    out.whole(count).text(block);
    return out.bytes + sync;
  }
  QByteArray bytes;
};

const QByteArray schema(R"({"type":"record","name":"alert","fields":[
  {"name":"id","type":"long"},
  {"name":"place","type":{"type":"record","name":"sky","fields":[{"name":"ra","type":"double"},
                                                                 {"name":"mag","type":["null","float"]}]}},
  {"name":"kind","type":{"type":"enum","name":"k","symbols":["star","galaxy"]}},
  {"name":"before","type":{"type":"array","items":"sky"}},
  {"name":"stamp","type":"bytes"}]})");

/// A NumPy array of 2 × 3 bytes.
QByteArray stamp() {
  QByteArray header("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }");
  header = header.leftJustified(117, ' ') + '\n';
  return QByteArray("\x93NUMPY\1\0", 8) + static_cast<char>(header.size()) + '\0' + header +
         QByteArray("\1\2\3\4\5\6", 6);
}

QByteArray twoAlerts() {
  Avro a;
  a.whole(893215910715010007).raw(10.5).whole(1).raw(17.25F).whole(1);
  a.whole(2).raw(1.0).whole(0).raw(2.0).whole(0).whole(0).text(stamp());
  a.whole(7).raw(20.5).whole(0).whole(0).whole(0).text("no image");
  return a.bytes;
}

} // namespace

/// JSON, Avro, and Corrfunc's catalogues.
class TestTrees : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  [[nodiscard]] std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }
  std::shared_ptr<data::Dataset> opened(const char* name, const QByteArray& bytes) const {
    writeFile(path(name), bytes);
    return io::open(path(name));
  }

  void checkAlerts(const QByteArray& codec, const QByteArray& block) const {
    const auto dataset = opened("a.avro", Avro::file(schema, codec, 2, block));
    const data::Table table = dataset->table("");
    QCOMPARE(table.info.rows, 2);
    QVERIFY((texts(table, "id") == std::vector<std::string>{"893215910715010007", "7"}));
    QVERIFY((numbers(table, "place.ra") == std::vector<double>{10.5, 20.5}));
    QVERIFY(numbers(table, "place.mag")[0] == 17.25 && std::isnan(numbers(table, "place.mag")[1]));
    QVERIFY((texts(table, "kind") == std::vector<std::string>{"galaxy", "star"}));
    const data::Table before = dataset->table("a.before");
    QVERIFY((numbers(before, "record") == std::vector<double>{1, 1}) &&
            (numbers(before, "ra") == std::vector<double>{1, 2}));
    const auto field = dataset->field("a.stamp");
    QVERIFY((readAll(*field, wholeSlab(field->info())) == std::vector<double>{1, 2, 3, 4, 5, 6}));
    QVERIFY(warns(*dataset, "bytes that are no image"));
  }

private slots:
  void listOfObjects() {
    const auto dataset = opened("list.json", R"([{"name": "a", "at": {"x": 1, "y": 2}, "when": "2020-01-02", "big": 1},
      {"name": "b", "at": {"x": 3}, "when": "1970-01-02", "big": 9007199254740993, "tags": ["u", "v"], "ok": true}])");
    QCOMPARE(dataset->info().format, std::string("JSON"));
    const data::Table table = dataset->table("");
    QVERIFY((table.info.columns == std::vector<std::string>{"name", "at.x", "at.y", "when", "when (time)", "big",
                                                            "big (number)", "tags[0]", "tags[1]", "ok"}));
    QVERIFY((numbers(table, "at.x") == std::vector<double>{1, 3}) && std::isnan(numbers(table, "at.y")[1]));
    QCOMPARE(numbers(table, "when (time)")[1], 86400.0);
    QVERIFY((texts(table, "big") == std::vector<std::string>{"1", "9007199254740993"}));
    QVERIFY(std::isnan(numbers(table, "ok")[0]) && numbers(table, "ok")[1] == 1);
  }

  void otherShapes() {
    const auto columns = opened("columns.json", R"({"t": [1, 2, 3], "name": ["a", null, "c"]})");
    QVERIFY((numbers(columns->table("columns"), "t") == std::vector<double>{1, 2, 3}));
    QVERIFY((texts(columns->table("columns"), "name") == std::vector<std::string>{"a", "", "c"}));
    const auto windows = opened("windows.json", R"({"a.csv": [["2014-02-26 13:45:00.000000", "2014-02-27 06:25:00"]],
      "b.csv": [], "c.csv": [["2014-02-26", "2014-02-27"], ["2014-03-01", "2014-03-02"]]})");
    const data::Table table = windows->table("");
    QVERIFY((texts(table, "key") == std::vector<std::string>{"a.csv", "c.csv", "c.csv"}));
    QCOMPARE(numbers(table, "value 1 (time)")[0], 1393422300.0);
    QVERIFY(warns(*windows, "keys without rows (b.csv)"));
    const auto keyed = opened("keyed.json", R"({"x": {"a": 1, "b": "u"}, "y": {"a": 2, "b": "v"}})");
    QVERIFY((texts(keyed->table(""), "key") == std::vector<std::string>{"x", "y"}) &&
            (numbers(keyed->table(""), "a") == std::vector<double>{1, 2}));
    const auto matrix = opened("matrix.json", "[[1, 2, 3], [4, 5, 6]]");
    const auto field = matrix->field("matrix");
    QVERIFY((field->info().shape == data::Index3{3, 2, 1}));
    QVERIFY((readAll(*field, wholeSlab(field->info())) == std::vector<double>{1, 2, 3, 4, 5, 6}));
    const auto lines = opened("lines.jsonl", "{\"a\": 1, \"b\": 2}\n{\"a\": 3}\n\n{\"a\": 5}\n");
    QCOMPARE(lines->info().format, std::string("JSON Lines"));
    QVERIFY((numbers(lines->table(""), "a") == std::vector<double>{1, 3, 5}));
  }

  void oneObject() {
    const QByteArray image = stamp().toBase64();
    const auto dataset = opened("one.json", "{\"name\": \"run\", \"rate\": 0.5, \"events\": [{\"t\": 1}, {\"t\": 2}],"
                                            "\"cut\": {\"$binary\": \"" +
                                                image + "\", \"$type\": \"00\"}, \"plain\": \"" + image +
                                                "\", \"volume\": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}");
    QCOMPARE(dataset->info().attributes.at("name"), std::string("run"));
    QCOMPARE(dataset->info().attributes.at("rate"), std::string("0.5"));
    QVERIFY((numbers(dataset->table("events"), "t") == std::vector<double>{1, 2}));
    for (const char* name : {"cut", "plain"}) {
      const auto field = dataset->field(name);
      QVERIFY((field->info().shape == data::Index3{3, 2, 1}));
      QVERIFY((readAll(*field, wholeSlab(field->info())) == std::vector<double>{1, 2, 3, 4, 5, 6}));
    }
    QVERIFY((dataset->field("volume")->info().shape == data::Index3{2, 2, 2}));
  }

  void refusedJson() {
    writeFile(path("cut.json"), R"([{"a": 1}, {"a": )");
    QVERIFY2(refusal(path("cut.json")).find("damaged or cut short at line 1, column 1") != std::string::npos,
             refusal(path("cut.json")).c_str());
    writeFile(path("deep.json"), QByteArray("{\"a\":") + QByteArray(100000, '[') + QByteArray(100000, ']') + "}");
    QVERIFY(refusal(path("deep.json")).find("nested more than") != std::string::npos);
    writeFile(path("empty.json"), "{}");
    QVERIFY(refusal(path("empty.json")).find("no records") != std::string::npos);
    QByteArray many("[[1]");
    for (int i = 0; i < 5'000'000; ++i)
      many += ",[]";
    writeFile(path("many.json"), many + "]");
    QVERIFY(refusal(path("many.json")).find("400 MB") != std::string::npos);
  }

  void avro() {
    const QByteArray plain = twoAlerts();
    checkAlerts("null", plain);
    QByteArray packed(1000, '\0');
    z_stream z{};
    QCOMPARE(deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    z.avail_in = static_cast<uInt>(plain.size());
    z.next_out = reinterpret_cast<Bytef*>(packed.data());
    z.avail_out = static_cast<uInt>(packed.size());
    QCOMPARE(deflate(&z, Z_FINISH), Z_STREAM_END);
    checkAlerts("deflate", packed.left(static_cast<int>(z.total_out)));
    deflateEnd(&z);
    std::size_t size = static_cast<std::size_t>(packed.size());
    QCOMPARE(snappy_compress(plain.data(), static_cast<std::size_t>(plain.size()), packed.data(), &size), SNAPPY_OK);
    const auto sum = crc32(0, reinterpret_cast<const Bytef*>(plain.data()), static_cast<uInt>(plain.size()));
    QByteArray snapped = packed.left(static_cast<int>(size));
    for (int shift = 24; shift >= 0; shift -= 8)
      snapped += static_cast<char>(sum >> shift & 0xFF);
    checkAlerts("snappy", snapped);
  }

  void refusedAvro() {
    const QByteArray good = Avro::file(schema, "null", 2, twoAlerts());
    for (const int cut : {5, 30, 400, static_cast<int>(good.size()) - 30, static_cast<int>(good.size()) - 3}) {
      writeFile(path("cut.avro"), good.left(cut));
      QVERIFY2(refusal(path("cut.avro")) != "no error", qPrintable(QString::number(cut)));
    }
    writeFile(path("codec.avro"), Avro::file(schema, "zstandard", 2, twoAlerts()));
    QVERIFY(refusal(path("codec.avro")).find("null, deflate and snappy are read") != std::string::npos);
    writeFile(path("schema.avro"), Avro::file("{\"type\": \"unknown\"}", "null", 0, ""));
    QVERIFY(refusal(path("schema.avro")).find("does not define") != std::string::npos);
    // A list of 2^60 nothings takes no bytes in the file.
    writeFile(path("nothing.avro"), Avro::file(R"({"type":"array","items":"null"})", "null", 1,
                                               Avro().whole(std::int64_t{1} << 60).whole(0).bytes));
    QVERIFY(refusal(path("nothing.avro")).find("400 MB") != std::string::npos);
  }

  void fastFood() {
    const auto record = [](const QByteArray& bytes) {
      const auto size = static_cast<std::uint32_t>(bytes.size());
      const QByteArray mark(reinterpret_cast<const char*>(&size), 4);
      return mark + bytes + mark;
    };
    const auto words = [](const auto& values) {
      return QByteArray(reinterpret_cast<const char*>(values.data()),
                        static_cast<int>(values.size() * sizeof(values[0])));
    };
    const QByteArray head = record(words(std::vector<std::int32_t>{420, 2, 0, 0, 0})) +
                            record(words(std::vector<float>(9, 0))) + record(words(std::vector<float>{0.5F}));
    const QByteArray good = head + record(words(std::vector<double>{10, 20})) +
                            record(words(std::vector<double>{-5, 5})) + record(words(std::vector<double>{1000, 2000}));
    const auto dataset = opened("mock.rdcz.ff", good);
    QVERIFY((numbers(dataset->table("galaxies"), "dec") == std::vector<double>{-5, 5}));
    QCOMPARE(unitOf(dataset->table(""), "cz"), std::string("km/s"));
    const auto box =
        opened("box.ff", head + record(words(std::vector<float>{1, 2})) + record(words(std::vector<float>{3, 4})) +
                             record(words(std::vector<float>{5, 6})) + record(words(std::vector<float>{1, 1})));
    QVERIFY((box->table("").info.columns == std::vector<std::string>{"x", "y", "z", "weight"}));
    writeFile(path("cut.ff"), good.left(good.size() - 10));
    QVERIFY(refusal(path("cut.ff")).find("cut short") != std::string::npos);
    writeFile(path("few.ff"), head + record(words(std::vector<double>{10, 20})));
    QVERIFY(refusal(path("few.ff")).find("few.ff: ") != std::string::npos);
    QByteArray lie = good;
    lie[10] = '\x7f';
    writeFile(path("lie.ff"), lie);
    QVERIFY(refusal(path("lie.ff")).find("lie.ff: ") != std::string::npos);
  }

  void realFiles() {
    if (!isThere(sharedFile("03_sky"))) QSKIP("../shared/data is absent");
    const auto alert = io::open(sharedFile("03_sky/ztf_alert_472263571115115000.avro"));
    QCOMPARE(texts(alert->table(""), "candid")[0], std::string("472263571115115000"));
    const auto stampOf = alert->field("cutoutScience.stampData");
    QVERIFY((stampOf->info().shape == data::Index3{63, 63, 1}));
    for (const double value : readAll(*stampOf, wholeSlab(stampOf->info())))
      QVERIFY(std::isfinite(value) || std::isnan(value));
    const data::Table galaxies =
        io::open(sharedFile("04_cosmology/corrfunc_Mr19_mock_northonly.rdcz.ff"))->table("galaxies");
    const auto [low, high] = std::minmax_element(numbers(galaxies, "dec").begin(), numbers(galaxies, "dec").end());
    QVERIFY(*low > -90 && *high < 90);
  }
};

QTEST_GUILESS_MAIN(TestTrees)
#include "test_trees.moc"

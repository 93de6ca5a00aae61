#include "io/tables/tables.h"

#include "io/reading.h"

#include <QProcess>

#include <bit>

using namespace discern;
using namespace discern::test;

namespace {

void put(QByteArray& bytes, qsizetype at, auto value, bool big = false) {
  std::array<char, sizeof value> raw{};
  std::memcpy(raw.data(), &value, sizeof value);
  if (big) std::reverse(raw.begin(), raw.end());
  bytes.replace(at, static_cast<qsizetype>(raw.size()), raw.data(), static_cast<qsizetype>(raw.size()));
}

/// A record of 32-bit samples: 512 bytes, blockette 1000.
QByteArray record(std::uint16_t second, const std::vector<std::int32_t>& samples, std::uint16_t claimed = 0) {
  QByteArray bytes(512, '\0');
  bytes.replace(0, 20, "000001D STA  00BHZNT");
  put(bytes, 20, std::uint16_t{2020}, true);
  put(bytes, 22, std::uint16_t{32}, true); // 1 February
  bytes[25] = static_cast<char>(second / 60);
  bytes[26] = static_cast<char>(second % 60);
  put(bytes, 30, claimed != 0 ? claimed : static_cast<std::uint16_t>(samples.size()), true);
  put(bytes, 32, std::int16_t{1}, true); // samples a second
  put(bytes, 34, std::int16_t{1}, true);
  bytes[39] = 1;
  put(bytes, 44, std::uint16_t{64}, true);
  put(bytes, 46, std::uint16_t{48}, true);
  put(bytes, 48, std::uint16_t{1000}, true);
  bytes[52] = 3; // 32-bit whole numbers
  bytes[53] = 1;
  bytes[54] = 9;
  for (std::size_t i = 0; i < samples.size(); ++i)
    put(bytes, 64 + 4 * static_cast<qsizetype>(i), samples[i], true);
  return bytes;
}

QByteArray sac(bool big, const std::vector<float>& samples) {
  QByteArray bytes(632, '\0');
  for (qsizetype word = 0; word < 70; ++word)
    put(bytes, 4 * word, -12345.0F, big);
  for (qsizetype word = 70; word < 110; ++word)
    put(bytes, 4 * word, std::int32_t{-12345}, big);
  put(bytes, 0, 0.1F, big);
  put(bytes, 20, 0.5F, big);
  const std::array<std::int32_t, 6> date{2000, 60, 12, 30, 15, 250};
  for (qsizetype i = 0; i < 6; ++i)
    put(bytes, 280 + 4 * i, date[static_cast<std::size_t>(i)], big);
  put(bytes, 4 * 76, std::int32_t{6}, big);
  put(bytes, 4 * 79, static_cast<std::int32_t>(samples.size()), big);
  put(bytes, 4 * 85, std::int32_t{1}, big);
  for (const qsizetype word : {105, 106, 107})
    put(bytes, 4 * word, std::int32_t{1}, big);
  bytes.replace(440, 8, "KAPI    ").replace(600, 8, "BHZ     ").replace(608, 8, "IC      ").replace(464, 8, "-12345  ");
  for (const float sample : samples) {
    bytes.append(4, '\0');
    put(bytes, bytes.size() - 4, sample, big);
  }
  return bytes;
}

const QByteArray config =
    "SUB,7,1999\n3,2A,1D\n1,IA,,,A,0.5,1,0,0,0,1,1,P\n2,VA,,,kV,2,0,0,0,0,1,1,P\n1,trip,,,0\n50\n1\n10,3\n"
    "02/01/2010,03:04:05.5\n02/01/2010,03:04:06\n";

} // namespace

/// Traces, records and catalogues.
class TestSeries : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  [[nodiscard]] std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }
  std::shared_ptr<data::Dataset> made(const char* name, const QByteArray& bytes) const {
    writeFile(path(name), bytes);
    return io::open(path(name));
  }
  static std::vector<double> seriesOf(const data::FieldSource& field) {
    std::vector<double> values(static_cast<std::size_t>(field.info().time.size));
    field.series({0, 0, 0}, 0, field.info().time.size, 0, values);
    return values;
  }

private Q_SLOTS:
  void miniSeed() {
    const auto dataset = made("x.mseed", record(3, {4, 5, -6}) + record(0, {1, 2, 3}) + record(60, {7, 8}));
    QCOMPARE(dataset->info().fields.size(), 2U);
    const auto first = dataset->field("NT.STA.00.BHZ");
    QVERIFY((first->info().shape == data::Index3{1, 1, 1}) && first->info().type == data::ScalarType::Int32);
    QVERIFY((seriesOf(*first) == std::vector<double>{1, 2, 3, 4, 5, -6})); // in the order of time
    QCOMPARE(first->info().time.unit, std::string("seconds since 2020-02-01 00:00:00"));
    QVERIFY((first->info().time.values == std::vector<double>{0, 1, 2, 3, 4, 5}));
    QCOMPARE(dataset->field("NT.STA.00.BHZ (2)")->info().time.unit, std::string("seconds since 2020-02-01 00:01:00"));
    QVERIFY(warns(*dataset, "is in 2 traces: gap of 54 s before 2020-02-01 00:01:00"));
    QVERIFY(test::readAll(*first, test::wholeSlab(first->info(), 5))[0] == -6);
    std::vector<double> part(3);
    first->series({0, 0, 0}, 2, 5, 0, part);
    QVERIFY((part == std::vector<double>{3, 4, 5}));
    QVERIFY_EXCEPTION_THROWN(first->series({0, 0, 0}, 5, 8, 0, part), data::UsageError);
  }

  void damagedMiniSeed() {
    const QByteArray two = record(0, {1, 2, 3}) + record(3, {4, 5, 6});
    for (const qsizetype size : {700, 900, 1023}) {
      const auto dataset = made("cut.mseed", two.left(size));
      QCOMPARE(dataset->field("")->info().time.size, 3);
      QVERIFY(warns(*dataset, "read in part"));
    }
    for (const qsizetype size : {49, 64, 200, 511}) {
      writeFile(path("cut.mseed"), two.left(size));
      const std::string message = refusal(path("cut.mseed"));
      QVERIFY2(message.find("no record") != std::string::npos, message.c_str());
    }
    writeFile(path("lie.mseed"), record(0, {1, 2, 3}, 400));
    QVERIFY(refusal(path("lie.mseed")).find("promises 400 samples") != std::string::npos);
  }

  void sacFiles() {
    for (const bool big : {false, true}) {
      const auto dataset = made("x.sac", sac(big, {1.5F, -2, 3}));
      const auto field = dataset->field("");
      QCOMPARE(field->info().name, std::string("IC.KAPI..BHZ"));
      QVERIFY((seriesOf(*field) == std::vector<double>{1.5, -2, 3}));
      QCOMPARE(field->info().time.unit, std::string("seconds since 2000-02-29 12:30:15"));
      QVERIFY(std::abs(field->info().time.values[2] - 0.95) < 1e-6);
    }
    const QByteArray whole = sac(true, {1, 2, 3});
    QVERIFY(warns(*made("short.sac", whole.chopped(3)), "promises 3 samples, it has 2"));
    writeFile(path("none.sac"), whole.left(633));
    QVERIFY(refusal(path("none.sac")).find("cut short") != std::string::npos);
    for (const qsizetype size : {10, 400, 631}) {
      writeFile(path("cut.sac"), whole.left(size));
      QVERIFY(refusal(path("cut.sac")).find("no format") != std::string::npos);
    }
  }

  void comtrade() {
    const auto same = [](const data::Table& table) {
      QCOMPARE(table.info.rows, 3);
      QVERIFY((table.info.columns == std::vector<std::string>{"time", "IA", "VA", "trip"}));
      QVERIFY(unitOf(table, "IA") == "A" && unitOf(table, "VA") == "kV");
      QCOMPARE(unitOf(table, "time"), std::string("seconds since 2010-01-02 03:04:05"));
      QVERIFY((numbers(table, "IA") == std::vector<double>{2, 3, 0}));
      QVERIFY(numbers(table, "VA")[0] == -8 && std::isnan(numbers(table, "VA")[2]));
      QVERIFY((numbers(table, "trip") == std::vector<double>{0, 1, 1}));
      QVERIFY(std::abs(numbers(table, "time")[1] - 0.6) < 1e-9);
    };
    const QByteArray ascii = "1,0,2,-4,0\n2,100000,4,5,1\n3,200000,-2,99999,1\n";
    writeFile(path("a.dat"), ascii);
    same(made("a.cfg", config + "ASCII\n1\n")->table(""));
    same(made("a.cff", "--- file type: CFG ---\n" + config +
                           "ASCII\n1\n--- file type: INF ---\n\n--- file type: DAT ASCII ---\n" + ascii)
             ->table("channels"));
    QByteArray binary;
    const std::array<std::array<std::int16_t, 3>, 3> rows{
        {{2, -4, 0}, {4, 5, 1}, {-2, std::numeric_limits<std::int16_t>::min(), 1}}};
    for (const auto& row : rows) {
      QByteArray one(14, '\0');
      for (qsizetype c = 0; c < 3; ++c)
        put(one, 8 + 2 * c, row[static_cast<std::size_t>(c)]);
      binary += one;
    }
    writeFile(path("b.dat"), binary);
    same(made("b.cfg", config + "BINARY\n1\n")->table(""));
    same(made("b.cff", "--- file type: CFG ---\n" + config + "BINARY\n1\n--- file type: DAT BINARY: 42 ---\n" + binary)
             ->table(""));
    writeFile(path("c.dat"), binary.left(30));
    QVERIFY(warns(*made("c.cfg", config + "BINARY\n1\n"), "promises 3 samples, the data has 2"));
    writeFile(path("d.cfg"), config + "ASCII\n1\n");
    QVERIFY(refusal(path("d.cfg")).find("d.dat, is needed") != std::string::npos);
    for (const qsizetype size : {40, 80, 120, 150}) {
      writeFile(path("a.cfg"), config.left(size));
      QVERIFY2(refusal(path("a.cfg")).find("configuration") != std::string::npos, refusal(path("a.cfg")).c_str());
    }
  }

  void sequences() {
    const data::Table fasta = made("x.fa", ">a first\nACGT\nGG\n>b\n>c\nNNa\n")->table("sequences");
    QVERIFY((texts(fasta, "name") == std::vector<std::string>{"a", "b", "c"}));
    QCOMPARE(texts(fasta, "description")[0], std::string("first"));
    QVERIFY((numbers(fasta, "length") == std::vector<double>{6, 0, 3}));
    QVERIFY(std::abs(numbers(fasta, "GC")[0] - 4.0 / 6) < 1e-12 && std::isnan(numbers(fasta, "GC")[1]) &&
            numbers(fasta, "GC")[2] == 0);
    const data::Table fastq = made("x.fq", "@r1 x\nACGT\n+\nI!+@\n@r2\nAC\nGT\n+r2\n@@\n@@\n")->table("");
    QVERIFY((numbers(fastq, "length") == std::vector<double>{4, 4}));
    QVERIFY((numbers(fastq, "first quality") == std::vector<double>{40, 31}));
    QVERIFY((numbers(fastq, "mean quality") == std::vector<double>{20.25, 31}));
    for (const char* bad :
         {"@r1\nACGT\n+\nII", "@r1\nACGT\n+\nIIIII\n", "@r1\nACGT\n+\nIIII\nxx\nAC\n", "@r1\nACGT\n"}) {
      writeFile(path("bad.fq"), bad);
      QVERIFY2(refusal(path("bad.fq")).find("line ") != std::string::npos, bad);
    }
  }

  void hurdat() {
    const auto dataset = made("h.txt", "AL012021,                ANA,      2,\n20210520, 0000,  , EX, 30.3N,  55.5W,  "
                                       "30, 1015,    0,    0,    0,    0,    0,    0,"
                                       "    0,    0,    0,    0,    0,    0,   70\n20210520, 0600, L, TS, 31.5S, "
                                       "154.5E, -99, -999,  100,    0,    0,    0,    0,    "
                                       "0,    0,    0,    0,    0,    0,    0, -999\n");
    const data::Table table = dataset->table("tracks");
    QVERIFY((numbers(table, "longitude") == std::vector<double>{-55.5, 154.5}));
    QVERIFY((numbers(table, "latitude") == std::vector<double>{30.3, -31.5}));
    QVERIFY(numbers(table, "time")[1] == 1621490400 && texts(table, "storm")[1] == "AL012021" &&
            texts(table, "name")[0] == "ANA");
    QVERIFY(std::isnan(numbers(table, "wind")[1]) && std::isnan(numbers(table, "pressure")[1]));
    QVERIFY(numbers(table, "radius of 34 kt wind NE")[1] == 100 && numbers(table, "radius of maximum wind")[0] == 70);
    QVERIFY(dataset->info().warnings.empty());
  }

  void votable() {
    const auto dataset = made("v.xml", R"(<?xml version="1.0"?><VOTABLE version="1.4"><RESOURCE><TABLE name="stars">
<FIELD name="ra" datatype="double" unit="deg"/><FIELD name="n" datatype="int"><VALUES null="-1"/></FIELD><FIELD name="id" datatype="char" arraysize="*"/>
<DATA><TABLEDATA><TR><TD>1.5</TD><TD>-1</TD><TD>a &lt; b</TD></TR><TR><TD/><TD>4</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>)");
    const data::Table table = dataset->table("stars");
    QVERIFY(numbers(table, "ra")[0] == 1.5 && std::isnan(numbers(table, "ra")[1]));
    QVERIFY(std::isnan(numbers(table, "n")[0]) && numbers(table, "n")[1] == 4);
    QVERIFY((texts(table, "id") == std::vector<std::string>{"a < b", ""}));
    QCOMPARE(unitOf(table, "ra"), std::string("deg"));
    writeFile(path("b.xml"),
              "<VOTABLE><RESOURCE><TABLE><FIELD name=\"a\" "
              "datatype=\"int\"/><DATA><BINARY><STREAM>AA==</STREAM></BINARY></DATA></TABLE></RESOURCE></VOTABLE>");
    QVERIFY(refusal(path("b.xml")).find("BINARY; TABLEDATA is read") != std::string::npos);
    writeFile(path("c.xml"), "<VOTABLE><RESOURCE><TABLE><FIELD name=\"a\"");
    QVERIFY(refusal(path("c.xml")).find("not well-formed") != std::string::npos);
  }

  void realSeries() {
    if (!isThere(sharedFile("10_sensors"))) QSKIP("../shared/data is absent");
    const auto whole = io::open(sharedFile("10_sensors/obspy_BW.BGLD.mseed"));
    const auto field = whole->field("BW.BGLD..EHE");
    QCOMPARE(field->info().time.size, 4120);
    const auto values = seriesOf(*field);
    // The first record's header repeats its first sample; the second frame begins with the differences.
    QVERIFY(values[0] == -363 && values[1] == -382 && values[2] == -388);
    const auto gaps = io::open(sharedFile("10_sensors/obspy_gaps.mseed"));
    QCOMPARE(gaps->info().fields.size(), 4U);
    QVERIFY(warns(*gaps, "BW.BGLD..EHE is in 4 traces"));
    const auto sine = io::open(sharedFile("10_sensors/obspy_test.sac"))->field("");
    QCOMPARE(sine->info().time.size, 100);
    const auto wave = seriesOf(*sine);
    QVERIFY(wave[25] == -1 && std::abs(wave[1] + 0.30901697) < 1e-7);
    const data::Table fault = io::open(sharedFile("10_sensors/comtrade_sample_ascii.cff"))->table("");
    QVERIFY(fault.info.rows == 40 &&
            std::abs(numbers(fault, "IA")[0] - (-83 * 0.1138916015625 + 0.05694580078125)) < 1e-12);
    QVERIFY(std::abs(numbers(fault, "time")[1] - (0.075011 + 1 / 1200.0)) < 1e-6 && numbers(fault, "51A")[13] == 1);
    const data::Table storms = io::open(sharedFile("02_climate/hurdat2_2021_2022_atlantic.txt"))->table("");
    QCOMPARE(storms.info.rows, 1073);
    const data::Table reads = io::open(sharedFile("13_metagenome/velvet_test_reads.fa.xz"))->table("");
    QVERIFY(reads.info.rows == 142858 && numbers(reads, "length")[0] == 35);
    const data::Table qualities = io::open(sharedFile("13_metagenome/spades_ecoli_1K_1.fq.gz"))->table("");
    QVERIFY(qualities.info.rows == 2054 && numbers(qualities, "length")[0] == 94 &&
            numbers(qualities, "first quality")[0] == 39);
  }

  void votableOfAstropy() {
    const std::string file = sharedFile("03_sky/spitzer_example_catalog.xml");
    if (!isThere(file)) QSKIP("../shared/data is absent");
    QProcess process;
    process.start(
        "/usr/bin/python3",
        {"-c",
         "import sys, warnings; warnings.simplefilter('ignore'); from astropy.table import Table; t = "
         "Table.read(sys.argv[1], format='votable'); print(len(t), len(t.colnames), repr(float(t['f4_5'].sum())))",
         QString::fromStdString(file)});
    if (!process.waitForStarted() || !process.waitForFinished(60000) || process.exitCode() != 0)
      QSKIP("python3 lacks astropy");
    const auto seen = process.readAllStandardOutput().trimmed().split(' ');
    const data::Table table = io::open(file)->table("");
    QCOMPARE(table.info.rows, seen[0].toLongLong());
    QCOMPARE(static_cast<qsizetype>(table.info.columns.size()), seen[1].toLongLong());
    double sum = 0;
    for (const double value : numbers(table, "f4_5"))
      sum += std::isnan(value) ? 0 : value;
    QVERIFY(std::abs(sum - seen[2].toDouble()) < 1e-9 * sum);
    QCOMPARE(unitOf(table, "f4_5"), std::string("mJy"));
  }

  void damaged_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("samples"); // 0: refused
    const auto row = [](const char* file, int samples) { QTest::newRow(file) << file << samples; };
    row("brokenlastrecord.mseed", 5980);
    row("corrupt-blockettes-wrongnext.mseed", 412);
    row("corrupt_one_extra_byte_at_end.mseed", 412);
    row("infinite-loop.mseed", 297);
    row("invalid-blockette-offset.mseed", 297);
    row("not.mseed", 0);
    row("record_with_invalid_word_order.mseed", 1267);
    row("wrong_blockette_numbers_specified.mseed", 5492);
    row("non_ascii.sac", 0);
    row("seism-longer.sac", 998);
    row("seism-shorter.sac", 998);
    row("broken_head.gse2", 0);
  }
  void damaged() {
    QFETCH(QString, file);
    QFETCH(int, samples);
    const std::string full = sharedFile("15_malformed/seismic/") + file.toStdString();
    if (!isThere(full)) QSKIP("../shared/data is absent");
    if (samples == 0) {
      QVERIFY(refusal(full) != "no error");
      return;
    }
    const auto dataset = io::open(full);
    QCOMPARE(static_cast<int>(dataset->field("")->info().time.size), samples);
    try {
      QCOMPARE(static_cast<int>(seriesOf(*dataset->field("")).size()), samples);
    } catch (const data::ReadError& error) { // what a header can't tell
      QVERIFY2(std::string(error.what()).find("can't be decoded") != std::string::npos, error.what());
    }
  }
};

QTEST_GUILESS_MAIN(TestSeries)
#include "test_series.moc"

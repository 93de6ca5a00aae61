#include "io/matter/elements.h"
#include "io/peer.h"

#include <QtTest>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <numeric>
#include <vtkFieldData.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>

using namespace discern;
using test::difference;
using test::doubles;
using test::everything;
using test::python;

namespace {

const QString materials = DISCERN_SHARED_DATA "/06_materials/";

/// Python that writes, for each file behind argv[1], its atoms as ASE reads them (XSF by hand): rows of number, x, y,
/// z, to argv[1]/N.f8, and for cubes and XSF the values of the grid, x fastest, to argv[1]/N.grid.
const char* const ase = R"(
import sys, warnings, gzip, numpy as np
warnings.simplefilter('ignore')
import ase.io
from ase.io.cube import read_cube
for i, name in enumerate(sys.argv[2:]):
    kind = 'cif' if name.endswith('.cif') else 'vasp' if 'POSCAR' in name else 'cube' if name.endswith('.cube') else None
    grid = None
    if kind == 'cube':
        d = read_cube(open(name)); a = d['atoms']; grid = d['data']
    elif '.xsf' in name: # of a kind of grid that ASE does not know; its atoms are the first lines
        lines = gzip.open(name, 'rt').read().split('\n')
        a = ase.Atoms([int(l.split()[0]) for l in lines[1:8]], [[float(w) for w in l.split()[1:]] for l in lines[1:8]])
        grid = np.array(' '.join(lines[16:]).split('END')[0].split(), dtype='f8').reshape(50, 54, 46).T
    else:
        a = ase.io.read(name, format=kind, index=0)
    np.column_stack([a.numbers, a.positions]).astype('f8').tofile('%s/%d.f8' % (sys.argv[1], i))
    if grid is not None: np.ascontiguousarray(grid.T, dtype='f8').tofile('%s/%d.grid' % (sys.argv[1], i))
)";

struct Row {
  int number = 0;
  std::array<double, 3> place{};
};

/// The rows of `ours` without a partner in `theirs`, places compared modulo the lattice.
std::size_t unmatched(const std::vector<Row>& ours, std::vector<Row> theirs, vtkDataArray* lattice) {
  std::size_t left = 0;
  for (const Row& a : ours) {
    bool found = false;
    for (std::size_t k = 0; k < theirs.size() && !found; ++k) {
      if (theirs[k].number != a.number) continue;
      constexpr int range = 1;
      for (int i = -range; i <= range && !found; ++i)
        for (int j = -range; j <= range && !found; ++j)
          for (int l = -range; l <= range && !found; ++l) {
            double apart = 0;
            for (int axis = 0; axis < 3; ++axis) {
              double shift = 0;
              if (lattice)
                shift = i * lattice->GetComponent(0, axis) + j * lattice->GetComponent(1, axis) +
                        l * lattice->GetComponent(2, axis);
              const auto at = static_cast<std::size_t>(axis);
              apart = std::max(apart, std::abs(a.place[at] + shift - theirs[k].place[at]));
            }
            found = apart < 0.02;
          }
      if (found) theirs.erase(theirs.begin() + static_cast<std::ptrdiff_t>(k));
    }
    left += found ? 0 : 1;
  }
  return left;
}

std::vector<Row> atomsOf(vtkPolyData* data) {
  std::vector<Row> rows;
  vtkDataArray* numbers = data->GetPointData()->GetArray("atomic number");
  for (vtkIdType i = 0; i < data->GetNumberOfPoints(); ++i) {
    const double* p = data->GetPoint(i);
    rows.push_back({static_cast<int>(numbers->GetComponent(i, 0)), {p[0], p[1], p[2]}});
  }
  return rows;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

} // namespace

/// Structures and densities, against ASE and the numbers that upstream tests expect.
class TestMatter : public QObject {
  Q_OBJECT

private:
  QTemporaryDir folder_;
  QStringList peers_;
  QString problem_;
  [[nodiscard]] std::string put(const char* name, const QByteArray& bytes) const {
    QFile file(folder_.filePath(name));
    if (file.open(QIODevice::WriteOnly)) file.write(bytes);
    return file.fileName().toStdString();
  }

private Q_SLOTS:
  void structures_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("number");
    const QDir cifs(materials + "cgcnn_sample-regression");
    for (const QString& name : cifs.entryList({"*.cif"}))
      peers_ << cifs.filePath(name);
    for (const char* name : {"POSCAR_Li2O", "cif_Fe3O4.cif", "cif_Li2O.cif", "cif_LiFePO4.cif", "cif_batio3.cif",
                             "cif_garnet.cif", "m4_TotalDensity.cube", "oxirane_homo.xsf.gz"})
      peers_ << materials + name;
    if (!QDir(materials).exists()) peers_.clear();
    for (qsizetype i = 0; i < peers_.size(); ++i)
      QTest::newRow(qPrintable(peers_[i].section('/', -1))) << peers_[i] << static_cast<int>(i);
    if (peers_.isEmpty())
      QTest::newRow("none") << QString() << -1;
    else
      python(ase, QStringList{folder_.path()} + peers_, &problem_);
  }
  void structures() {
    QFETCH(QString, file);
    QFETCH(int, number);
    if (number < 0) QSKIP("../shared/data is not here");
    if (!test::pythonHas("ase")) QSKIP("python3 lacks ASE");
    QFile values(folder_.filePath(QString::number(number) + ".f8"));
    QVERIFY2(values.open(QIODevice::ReadOnly), qPrintable(problem_));
    const auto numbers = doubles(values.readAll());
    std::vector<Row> theirs;
    for (std::size_t i = 0; i + 3 < numbers.size(); i += 4)
      theirs.push_back({static_cast<int>(numbers[i]), {numbers[i + 1], numbers[i + 2], numbers[i + 3]}});
    const auto dataset = io::open(file.toStdString());
    const auto grid = dataset->grid("atoms")->read(0);
    auto* data = vtkPolyData::SafeDownCast(grid);
    QVERIFY(data);
    const auto ours = atomsOf(data);
    QCOMPARE(ours.size(), theirs.size());
    QCOMPARE(unmatched(ours, theirs, data->GetFieldData()->GetArray("lattice")), std::size_t{0});
    QCOMPARE(dataset->table("atoms").info.rows, static_cast<std::int64_t>(ours.size()));
    QFile grids(folder_.filePath(QString::number(number) + ".grid"));
    if (!grids.open(QIODevice::ReadOnly)) return;
    const QString found = difference(everything(*dataset->field("")), doubles(grids.readAll()), 1e-12);
    QVERIFY2(found.isEmpty(), qPrintable(found));
  }

  void radii() {
    const auto theirs = doubles(python("import sys, numpy as np; from ase.data import covalent_radii; "
                                       "covalent_radii[:97].astype('f8').tofile(sys.stdout.buffer)",
                                       {}));
    if (theirs.empty()) QSKIP("python3 lacks ASE");
    for (int i = 1; i < 97; ++i)
      QVERIFY2(std::abs(io::covalentRadius(i) - theirs[static_cast<std::size_t>(i)]) < 1e-9,
               qPrintable(QString::number(i)));
    QCOMPARE(io::elementNumber("Fe3+"), 26);
    QCOMPARE(io::elementNumber("O2A"), 8);
    QCOMPARE(io::elementNumber("OH"), 8);
    QCOMPARE(io::elementNumber("Li_sv"), 3);
    QCOMPARE(io::elementNumber("?"), 0);
  }

  void densities() {
    if (!QDir(materials).exists()) QSKIP("../shared/data is not here");
    const auto open = [](const char* name) { return io::open(materials.toStdString() + name); };
    // What pymatgen's own tests expect of these files.
    const auto elf = open("pmg_ELFCAR.gz");
    QVERIFY(std::abs(mean(everything(*elf->field("ELF, spin up"))) - 0.19076207645194002) < 1e-12);
    QVERIFY(std::abs(mean(everything(*elf->field("ELF, spin down"))) - 0.19076046677910055) < 1e-12);
    const auto potential = open("pmg_LOCPOT.gz")->field("");
    QCOMPARE(potential->info().unit, std::string("eV"));
    const auto values = everything(*potential);
    // The mean over planes of the first axis, summed, is the mean of all times the planes.
    QVERIFY(std::abs(mean(values) * 32 + 217.05226954) < 1e-6);
    const auto charge = open("pmg_CHGCAR.spin.gz");
    const auto field = charge->field("charge density");
    QVERIFY(field->info().shape == (data::Index3{48, 48, 48}));
    QCOMPARE(field->info().unit, std::string("e/Å³"));
    QCOMPARE(charge->field("spin density")->info().unit, std::string("e/Å³"));
    // Density times volume is lithium's three electrons, or its one of valence: a whole number.
    const auto grid = charge->grid("atoms")->read(0);
    auto* lattice = grid->GetFieldData()->GetArray("lattice");
    QVERIFY(lattice && lattice->GetNumberOfTuples() == 3);
    const auto& m = field->info().indexToWorld.m;
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t k = 0; k < 3; ++k)
        QVERIFY(std::abs(m[i * 4 + k] * 48 - lattice->GetComponent(static_cast<vtkIdType>(k), static_cast<int>(i))) <
                1e-9);
    const double cell = std::abs((m[0] * (m[5] * m[10] - m[6] * m[9]) - m[1] * (m[4] * m[10] - m[6] * m[8]) +
                                  m[2] * (m[4] * m[9] - m[5] * m[8])) *
                                 48 * 48 * 48);
    const double electrons = mean(everything(*field)) * cell;
    QVERIFY2(std::abs(electrons - std::round(electrons)) < 1e-3 && electrons > 0.5,
             qPrintable(QString::number(electrons)));
    QCOMPARE(open("pmg_CHGCAR.nospin.gz")->info().fields.size(), std::size_t{2});
    QCOMPARE(open("m4_TotalDensity.cube")->field("density")->info().unit, std::string("e/bohr³"));
    QCOMPARE(open("macrodensity_LOCPOT.test")->info().format, std::string("VASP LOCPOT"));
  }

  void vaspByHand() {
    const QByteArray head = "two atoms\n 2.0\n 1 0 0\n 0 2 0\n 0.5 0 3\nNa Cl\n1 1\n";
    const auto direct = io::open(put("POSCAR", head + "Selective dynamics\nDirect\n0 0 0 T T F\n.5 .5 .5 T T T\n"));
    const auto table = direct->table("atoms");
    QVERIFY((table.texts[0] == std::vector<std::string>{"Na", "Cl"}));
    QVERIFY((std::array{table.numbers[2][1], table.numbers[3][1], table.numbers[4][1]} == std::array{1.5, 2.0, 3.0}));
    const auto cartesian = io::open(put("CONTCAR", head + "Cartesian\n0 0 0\n0.25 0.5 1\n"))->table("atoms");
    QVERIFY((std::array{cartesian.numbers[2][1], cartesian.numbers[4][1]} == std::array{0.5, 2.0}));
    // A grid of 2 × 1 × 3 in a cell of 48 Å³, x fastest.
    const auto grid =
        io::open(put("CHGCAR", head + "Direct\n0 0 0\n.5 .5 .5\n\n 2 1 3\n 48 96 0.48E+02\n 0 1.0D0 -48\n"));
    const auto field = grid->field("charge density");
    QVERIFY(difference(everything(*field), {1, 2, 1, 0, 1.0 / 48, -1}, 1e-12).isEmpty());
    const auto corner = field->info().world({1, 0, 2});
    QVERIFY(std::abs(corner[0] - (1 + 2.0 / 3)) < 1e-12 && std::abs(corner[2] - 4) < 1e-12);
    const auto steps = io::open(put("XDATCAR", head + "Direct configuration= 1\n0 0 0\n.5 .5 .5\n"
                                                      "Direct configuration= 2\n0 0 0\n.5 .5 .25\n"));
    QCOMPARE(steps->info().grids[0].time.size, std::int64_t{2});
    const auto second = steps->grid("")->read(1);
    QVERIFY(std::abs(vtkPolyData::SafeDownCast(second)->GetPoint(1)[2] - 1.5) < 1e-12);
  }

  void cubeOrbitals() {
    const QByteArray text = "title\nMO coefficients\n-1 0 0 0\n2 1 0 0\n1 0 1 0\n2 0 0 1\n6 6.0 1 0 0\n2 5 6\n"
                            "1 10 2 20\n3 30 4 40\n";
    const auto dataset = io::open(put("orbitals.cube", text));
    QVERIFY((everything(*dataset->field("orbital 5")) == std::vector<double>{1, 3, 2, 4}));
    QVERIFY((everything(*dataset->field("orbital 6")) == std::vector<double>{10, 30, 20, 40}));
    QVERIFY(std::abs(dataset->field("")->info().indexToWorld.spacing()[0] - 0.529177210903) < 1e-12);
  }

  void cifByHand() {
    const QByteArray text = "# rock salt\ndata_test\n_cell_length_a 5.62(1)\n_cell_length_b 5.62\n_cell_length_c 5.62\n"
                            "_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\n"
                            "_publ_section_title\n;\nA title; with 'quotes'\n;\n"
                            "loop_\n_space_group_symop_operation_xyz\n'x, y, z' 'x, y+1/2, z+1/2'\n"
                            "\"1/2+x, y, 1/2+z\" x+0.5,y+0.5,z\n"
                            "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n"
                            "_atom_site_fract_z\n_atom_site_occupancy\n";
    const auto dataset = io::open(put("nacl.cif", text + "Na1 Na+ 0 0 0 1\nCl1 Cl- 0.5(2) 0 0 0.5\nX1 O2- ? 0 0 .\n"));
    const auto table = dataset->table("atoms");
    QCOMPARE(table.info.rows, std::int64_t{8});
    QVERIFY((std::array{table.texts[0][0], table.texts[0][4]} == std::array<std::string, 2>{"Na", "Cl"}));
    QCOMPARE(table.numbers[5][4], 0.5);
    QCOMPARE(dataset->info().warnings.size(), std::size_t{1}); // the atom without a place
    const QString cut = test::complaint(put("cut.cif", text + "Na1 Na+ 0 0\n"));
    QVERIFY2(cut.contains("do not fill rows"), qPrintable(cut));
    QVERIFY(!test::complaint(put("none.cif", "data_x\nloop_\n_a\n1\n")).isEmpty());
  }

  void molecules() {
    const QByteArray frame = "3\nLattice=\"10 0 0 0 10 0 0 0 10\" Properties=species:S:1:pos:R:3:q:R:1 Time=%1\n"
                             "O 0 0 %1 -0.8\nH 0.96 0 0 0.4\nH -0.24 0.93 0 0.4\n";
    const auto xyz =
        io::open(put("water.xyz", QByteArray(frame).replace("%1", "0") + QByteArray(frame).replace("%1", "2")));
    const data::GridInfo info = xyz->info().grids[0];
    QCOMPARE(info.time.size, std::int64_t{2});
    QVERIFY((info.time.values == std::vector<double>{0, 2}));
    QVERIFY(info.kind == data::GridKind::Atoms);
    QCOMPARE(info.cells, std::int64_t{2}); // the two bonds of water
    const auto moved = xyz->grid("")->read(1);
    QCOMPARE(vtkPolyData::SafeDownCast(moved)->GetPoint(0)[2], 2.0);
    QVERIFY((everything(*xyz->field("atomic number")) == std::vector<double>{8, 1, 1, 8, 1, 1}));
    const QByteArray atoms = "ATOM      1  CA  ALA A   1      11.104   6.134  -6.504  1.00  0.00           C\n"
                             "HETATM    2 CA    CA A   2      12.104   6.134  -6.504  0.50  0.00\n";
    const auto pdb = io::open(
        put("x.pdb", "HEADER    TEST\nCRYST1   20.000   30.000   40.000  90.00  90.00 120.00 P 1\nMODEL        1\n" +
                         atoms + "ENDMDL\nMODEL        2\n" + atoms + "ENDMDL\nEND\n"));
    QVERIFY((everything(*pdb->field("atomic number")) == std::vector<double>{6, 20, 6, 20}));
    QCOMPARE(pdb->table("atoms").numbers[5][1], 0.5);
    QCOMPARE(pdb->table("atoms").texts[1][0], std::string("CA ALA A1"));
    QCOMPARE(pdb->info().grids[0].time.size, std::int64_t{2});
    const auto model = pdb->grid("")->read(0);
    QVERIFY(std::abs(model->GetFieldData()->GetArray("lattice")->GetComponent(1, 0) + 15) < 1e-9);
  }

  void xsfSteps() {
    const QByteArray text = "ANIMSTEPS 2\nCRYSTAL\nPRIMVEC\n4 0 0\n0 4 0\n0 0 4\nPRIMCOORD 1\n1 1\nFe 0 0 0\n"
                            "PRIMCOORD 2\n1 1\n26 1 0 0 0.1 0.2 0.3\n"
                            "BEGIN_BLOCK_DATAGRID_3D\n name\nBEGIN_DATAGRID_3D_rho\n2 2 3\n0 0 0\n4 0 0\n0 4 0\n0 0 4\n"
                            "1 2 3 4\n5 6 7 8 9 10 11 12\nEND_DATAGRID_3D\nEND_BLOCK_DATAGRID_3D\n";
    const auto dataset = io::open(put("steps.xsf", text));
    QCOMPARE(dataset->info().grids[0].time.size, std::int64_t{2});
    std::vector<double> expected(12);
    std::iota(expected.begin(), expected.end(), 1);
    QVERIFY(everything(*dataset->field("rho")) == expected);
    QVERIFY((dataset->field("rho")->info().indexToWorld.spacing() == data::Vec3{4, 4, 2}));
    const auto second = dataset->grid("")->read(1);
    QCOMPARE(vtkPolyData::SafeDownCast(second)->GetPoint(0)[0], 1.0);
  }

  void damaged() {
    const QByteArray cube = "a\nb\n1 0 0 0\n2 1 0 0\n2 0 1 0\n2 0 0 1\n6 6 0 0 0\n1.25 2.25 3.25 4 5 6 7\n";
    QVERIFY(test::complaint(put("cut.cube", cube)).contains("8 values were expected"));
    QByteArray lying = cube;
    lying.replace("\n2 1 0 0", "\n90000 1 0 0");
    QVERIFY(test::complaint(put("lie.cube", lying)).contains("promises"));
    lying = cube;
    lying.replace("\n1 0 0 0", "\n999999999 0 0 0");
    QVERIFY(test::complaint(put("atoms.cube", lying)).contains("atoms"));
    const QByteArray head = "x\n1\n3 0 0\n0 3 0\n0 0 3\nLi\n";
    QVERIFY(test::complaint(put("POSCAR_many", head + "999999999\nDirect\n0 0 0\n")).contains("two million"));
    QVERIFY(test::complaint(put("POSCAR_cut", head + "2\nDirect\n0 0 0\n")).contains("cut short"));
    QVERIFY(test::complaint(put("POSCAR_flat", "x\n1\n3 0 0\n0 3 0\n3 3 0\nLi\n1\nDirect\n0 0 0\n")).contains("flat"));
    QVERIFY(test::complaint(put("CHGCAR_lie", head + "1\nDirect\n0 0 0\n\n200 200 200\n1 2 3\n")).contains("promises"));
    QVERIFY(test::complaint(put("cut.xyz", "3\n\nO 0 0 0\nH 0 0 1\n")).contains("atom"));
    QVERIFY(test::complaint(put("lie.xyz", "99999999\n\nO 0 0 0\n")).contains("promises"));
    QVERIFY(!test::complaint(put("cut.xsf", "CRYSTAL\nPRIMVEC\n1 0 0\n0 1 0\n")).isEmpty());
    const QDir bad(DISCERN_SHARED_DATA "/15_malformed");
    if (!bad.exists()) QSKIP("../shared/data is not here");
    for (const char* name : {"materials/WAVECAR.N2.malformed", "materials/XDATCAR.bad_fmt.gz",
                             "materials/vasprun.bad.xml.gz", "derived/CHGCAR_truncated.gz"})
      QVERIFY2(!test::complaint(bad.filePath(name).toStdString()).isEmpty(), name);
    for (const char* name :
         {"POSCAR_overlap", "bad-unicode-gh-2947.mcif", "bad_occu.cif", "bad_superflat_inf_loop.cif.gz",
          "cif_finite_precision_frac_coord_error.cif", "site_type_symbol_test.cif"}) {
      const QString said = test::complaint(bad.filePath("materials/" + QString(name)).toStdString());
      QVERIFY2(said.isEmpty(), qPrintable(said));
    }
    // One third written as 0.3333: 6 c sites stay 6, 18 f stay 18.
    QCOMPARE(io::open(bad.filePath("materials/cif_finite_precision_frac_coord_error.cif").toStdString())
                 ->table("atoms")
                 .info.rows,
             std::int64_t{72});
  }
};

QTEST_GUILESS_MAIN(TestMatter)
#include "test_matter.moc"

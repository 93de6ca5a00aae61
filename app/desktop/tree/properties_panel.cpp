#include "desktop/tree/properties_panel.h"

#include "data/provenance.h"
#include "desktop/theme/icons.h"
#include "desktop/tree/layer_model.h"
#include "scene/colour/mapper.h"
#include "scene/mismatch.h"
#include "scene/sky_text.h"

#include <QClipboard>
#include <QDir>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPointer>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace discern::desktop {

namespace {

QString number(double value) {
  QString text = QString::number(value, 'g', 6);
  return text.replace(QLatin1Char('-'), QChar(0x2212));
}

QString text(std::string_view utf8) { return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())); }

QString frameText(const data::FieldInfo& field) {
  switch (field.frame) {
  case data::Frame::VoxelIndex:
    return PropertiesPanel::tr("Voxel index (no physical placement known)");
  case data::Frame::RasMillimetres:
    return PropertiesPanel::tr("RAS: +x right, +y anterior, +z superior");
  case data::Frame::LonLat:
    if (field.sky)
      return PropertiesPanel::tr("%1 and %2 on the sky, %3")
          .arg(text(field.sky->names()[0]), text(field.sky->names()[1]), text(field.sky->system));
    return PropertiesPanel::tr("Longitude and latitude");
  case data::Frame::Cartesian:
    break;
  }
  return PropertiesPanel::tr("Cartesian, right-handed");
}

QString transformText(const std::string& transform) {
  if (transform == "none") return PropertiesPanel::tr("none: index is position");
  if (transform == "coordinates") return PropertiesPanel::tr("coordinate variables");
  if (transform == "resolution") return PropertiesPanel::tr("resolution in the file");
  return text(transform);
}

/// "0.5 × 0.5 × 2 µm"; an axis with its own coordinates says so.
QString spacingText(const data::FieldInfo& field) {
  const data::Vec3 spacing = field.indexToWorld.spacing();
  QStringList parts;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (field.shape[axis] < 2) continue;
    const auto& values = field.coordinates[axis];
    if (values.size() < 2) {
      parts << number(spacing[axis]);
      continue;
    }
    const double step = std::abs(values[1] - values[0]);
    const bool even = std::adjacent_find(values.begin(), values.end(), [step](double a, double b) {
                        return std::abs(std::abs(b - a) - step) > 1e-6 * std::max(1.0, step);
                      }) == values.end();
    parts << (even ? number(step) : PropertiesPanel::tr("irregular"));
  }
  return parts.join(QStringLiteral(" × ")) +
         (field.worldUnit.empty() ? QString() : QLatin1Char(' ') + text(field.worldUnit));
}

QString axesText(const data::FieldInfo& field) {
  QStringList parts;
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (field.shape[axis] > 1) parts << QStringLiteral("%1 %2").arg(text(field.axisNames[axis])).arg(field.shape[axis]);
  if (field.time.size > 1) parts << PropertiesPanel::tr("time %1").arg(field.time.size);
  if (field.components > 1) parts << PropertiesPanel::tr("%1 components").arg(field.components);
  return parts.join(QStringLiteral(", "));
}

/// What has no spaces to break at gets places where it may: behind slashes and underscores, before a capital, and in
/// the end anywhere.
QString breakable(const QString& value) {
  constexpr QChar place(0x200b);
  constexpr int longest = 14;
  QString out;
  int run = 0;
  for (qsizetype i = 0; i < value.size(); ++i) {
    const QChar c = value[i];
    const bool capital = i > 0 && c.isUpper() && value[i - 1].isLower();
    if (capital || run >= longest) {
      out += place;
      run = 0;
    }
    out += c;
    ++run;
    if (c.isSpace()) run = 0;
    if (c == QLatin1Char('/') || c == QLatin1Char('_')) {
      out += place;
      run = 0;
    }
  }
  return out;
}

/// Appends rows to a list, headings first.
class RowWriter {
public:
  explicit RowWriter(std::vector<PropertiesPanel::Row>& rows) : rows_(rows) {}
  void heading(const QString& name) { rows_.push_back({name, {}, true, false}); }
  void add(const QString& name, const QString& value) {
    if (!value.isEmpty()) rows_.push_back({name, value, false, false});
  }

private:
  std::vector<PropertiesPanel::Row>& rows_;
};

void addTime(std::vector<PropertiesPanel::Row>& rows, const data::TimeAxis& time) {
  if (time.size <= 1) return;
  using P = PropertiesPanel;
  RowWriter to(rows);
  to.heading(P::tr("Time"));
  to.add(P::tr("Steps"), QString::number(time.size));
  to.add(P::tr("First"), text(time.label(0)));
  to.add(P::tr("Last"), text(time.label(time.size - 1)));
  to.add(P::tr("Unit"), text(time.unit));
  to.add(P::tr("Calendar"), text(time.calendar));
}

void addValues(std::vector<PropertiesPanel::Row>& rows, const data::FieldInfo& field, const data::Statistics& values) {
  using P = PropertiesPanel;
  RowWriter to(rows);
  const auto measured = [&field](double value) {
    return (number(value) + QLatin1Char(' ') + text(field.unit)).trimmed();
  };
  to.heading(P::tr("Values"));
  const std::int64_t seen = values.count + values.missing;
  to.add(P::tr("Statistics"), values.sampled ? P::tr("sampled: %L1 of %L2").arg(seen).arg(field.voxels())
                                             : P::tr("exact: all of %L1").arg(seen));
  if (field.time.size > 1) to.add(P::tr("Time"), text(field.time.label(scene::statisticsTime(field))));
  if (values.count > 0) {
    to.add(P::tr("Minimum"), measured(values.min));
    to.add(P::tr("Maximum"), measured(values.max));
    if (!field.labels) {
      to.add(P::tr("Mean"), measured(values.mean));
      to.add(P::tr("Deviation"), measured(values.deviation));
    }
  }
  if (values.missing > 0)
    to.add(P::tr("Missing"), P::tr("%L1 (%2 %)")
                                 .arg(values.missing)
                                 .arg(number(100.0 * static_cast<double>(values.missing) / static_cast<double>(seen))));
}

void addGrid(std::vector<PropertiesPanel::Row>& rows, const data::DatasetInfo& dataset, const std::string& name) {
  using P = PropertiesPanel;
  RowWriter to(rows);
  for (const data::GridInfo& grid : dataset.grids) {
    if (grid.name != name) continue;
    to.heading(P::tr("Grid"));
    to.add(P::tr("Name"), text(grid.name));
    to.add(P::tr("Kind"), text(data::nameOf(grid.kind)));
    to.add(P::tr("Points"), P::tr("%L1").arg(grid.points));
    to.add(P::tr("Cells"), P::tr("%L1").arg(grid.cells));
    if (grid.blocks > 1) to.add(P::tr("Blocks"), P::tr("%L1").arg(grid.blocks));
    if (grid.levels > 1) to.add(P::tr("Levels"), QString::number(grid.levels));
    if (grid.bytes > 0)
      to.add(P::tr("Memory"),
             QLocale::c().formattedDataSize(static_cast<qint64>(grid.bytes), 1, QLocale::DataSizeSIFormat));
    to.heading(P::tr("Space"));
    data::FieldInfo placed;
    placed.frame = grid.frame;
    if (!grid.sky.empty()) placed.sky.emplace().system = grid.sky;
    to.add(P::tr("Frame"), frameText(placed));
    to.add(P::tr("Transform"), transformText(grid.transform));
    constexpr std::array axes{"x", "y", "z"};
    for (std::size_t axis = 0; axis < 3 && grid.lo[0] <= grid.hi[0]; ++axis)
      to.add(P::tr("%1 extent").arg(QLatin1String(axes[axis])),
             P::tr("%1 to %2 %3").arg(number(grid.lo[axis]), number(grid.hi[axis]), text(grid.worldUnit)).trimmed());
  }
}

void addFile(std::vector<PropertiesPanel::Row>& rows, const data::DatasetInfo& dataset, const std::string& source) {
  using P = PropertiesPanel;
  RowWriter to(rows);
  const auto heading = [&to](const QString& name) { to.heading(name); };
  const auto add = [&to](const QString& name, const QString& value) { to.add(name, value); };
  heading(P::tr("File"));
  add(P::tr("Format"), text(dataset.format));
  add(P::tr("Path"), QDir::toNativeSeparators(text(dataset.path)));
  if (source != dataset.format) add(P::tr("Source"), text(source));
  if (dataset.fields.size() > 1) {
    QStringList names;
    for (const data::FieldInfo& other : dataset.fields)
      names << text(other.name);
    add(P::tr("Fields"), names.join(QStringLiteral(", ")));
  }
  if (const auto made = data::provenanceOf(dataset); !made.empty()) {
    heading(P::tr("Made by"));
    for (const auto& [name, value] : made)
      add(text(name), text(value));
  }
  bool first = true;
  for (const auto& [name, value] : dataset.attributes) {
    if (data::isProvenance(dataset, name)) continue;
    if (std::exchange(first, false)) heading(P::tr("Attributes"));
    add(text(name), text(value).trimmed());
  }
}

} // namespace

std::vector<PropertiesPanel::Row> gridPropertiesOf(const data::DatasetInfo& dataset, const std::string& grid) {
  std::vector<PropertiesPanel::Row> rows;
  for (const std::string& warning : dataset.warnings)
    rows.push_back({PropertiesPanel::tr("Note"), text(warning), false, true});
  addGrid(rows, dataset, grid);
  addFile(rows, dataset, {});
  return rows;
}

std::vector<PropertiesPanel::Row> tablePropertiesOf(const data::DatasetInfo& dataset, const std::string& table) {
  using P = PropertiesPanel;
  constexpr std::size_t mostColumns = 60;
  std::vector<PropertiesPanel::Row> rows;
  for (const std::string& warning : dataset.warnings)
    rows.push_back({P::tr("Note"), text(warning), false, true});
  RowWriter to(rows);
  for (const data::TableInfo& info : dataset.tables) {
    if (!table.empty() && info.name != table) continue;
    to.heading(P::tr("Table"));
    to.add(P::tr("Name"), text(info.name));
    to.add(P::tr("Rows"), P::tr("%L1").arg(info.rows));
    to.add(P::tr("Columns"), P::tr("%L1").arg(info.columns.size()));
    to.heading(P::tr("Columns"));
    for (std::size_t i = 0; i < std::min(info.columns.size(), mostColumns); ++i)
      to.add(text(info.columns[i]),
             i < info.units.size() && !info.units[i].empty() ? text(info.units[i]) : QStringLiteral("–"));
    if (info.columns.size() > mostColumns)
      to.add(P::tr("and"), P::tr("%L1 more").arg(info.columns.size() - mostColumns));
    break;
  }
  addFile(rows, dataset, {});
  return rows;
}

std::vector<PropertiesPanel::Row> propertiesOf(const data::DatasetInfo& dataset, const data::FieldInfo& field,
                                               const data::Statistics* statistics) {
  std::vector<PropertiesPanel::Row> rows;
  const auto heading = [&rows](const QString& name) { rows.push_back({name, {}, true, false}); };
  const auto add = [&rows](const QString& name, const QString& value) {
    if (!value.isEmpty()) rows.push_back({name, value, false, false});
  };
  using P = PropertiesPanel;
  for (const std::string& warning : dataset.warnings)
    rows.push_back({P::tr("Note"), text(warning), false, true});

  heading(P::tr("Field"));
  add(P::tr("Quantity"), text(field.quantity));
  add(P::tr("Variable"), text(field.name));
  add(P::tr("Unit"), text(field.unit));
  if (field.support == data::Support::Voxels) {
    add(P::tr("Shape"), shapeText(field));
    add(P::tr("Axes"), axesText(field));
  } else {
    add(P::tr("Values"), field.support == data::Support::Points ? P::tr("%L1, on points").arg(field.voxels())
                                                                : P::tr("%L1, on cells").arg(field.voxels()));
    if (field.components > 1) add(P::tr("Components"), QString::number(field.components));
  }
  add(P::tr("Type"), text(data::nameOf(field.type)) + (field.labels ? P::tr(", labels") : QString()));
  const double bytes = static_cast<double>(field.voxels()) * static_cast<double>(field.time.size) * field.components *
                       static_cast<double>(data::sizeOf(field.type));
  add(P::tr("Size"), QLocale::c().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat));
  if (field.missing) add(P::tr("Missing value"), number(*field.missing));
  if (field.levels > 1) add(P::tr("Resolutions"), QString::number(field.levels));

  if (statistics) addValues(rows, field, *statistics);
  if (field.support != data::Support::Voxels) {
    addGrid(rows, dataset, field.grid);
    addTime(rows, field.time);
    addFile(rows, dataset, field.source);
    return rows;
  }
  heading(P::tr("Space"));
  add(P::tr("Frame"), frameText(field));
  add(P::tr("Transform"), transformText(field.transform));
  add(P::tr("Spacing"), spacingText(field));
  if (field.sky && !field.sky->system.empty()) {
    add(P::tr("Sky"), text(field.sky->system));
    add(P::tr("Projection"), text(field.sky->projection));
  }
  if (field.sky && !field.sky->spectral.empty())
    add(P::tr("Spectrum"), P::tr("%1, %2 to %3")
                               .arg(text(field.sky->spectralName),
                                    text(scene::spectralText(field.sky->spectral.front(), field.sky->spectralUnit)),
                                    text(scene::spectralText(field.sky->spectral.back(), field.sky->spectralUnit))));
  auto [lo, hi] = field.worldBounds();
  if (field.frame == data::Frame::LonLat) { // the cells at the poles end there
    lo[1] = std::max(lo[1], -90.0);
    hi[1] = std::min(hi[1], 90.0);
  }
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (field.shape[axis] > 1)
      add(P::tr("%1 extent").arg(text(field.axisNames[axis])),
          P::tr("%1 to %2 %3").arg(number(lo[axis]), number(hi[axis]), text(field.worldUnit)).trimmed());

  addTime(rows, field.time);
  addFile(rows, dataset, field.source);
  return rows;
}

PropertiesPanel::PropertiesPanel(link::Link& link, data::FieldProvider& provider, QWidget* parent)
    : QWidget(parent), link_(link), provider_(provider), scroll_(new QScrollArea(this)), empty_(new QLabel(this)) {
  empty_->setText(tr("Choose a layer to see what it holds."));
  empty_->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
  empty_->setWordWrap(true);
  empty_->setProperty("tone", "muted");
  empty_->setContentsMargins(16, 24, 16, 16);
  scroll_->setWidgetResizable(true);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setAccessibleName(tr("Properties of the chosen layer"));
  scroll_->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(scroll_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
    QMenu menu(this);
    menu.addAction(icon("copy"), tr("Copy All Properties"), this,
                   [this] { QGuiApplication::clipboard()->setText(asText()); });
    menu.exec(scroll_->mapToGlobal(at));
  });
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(scroll_, 1);
  column->addWidget(empty_, 1);
  show({});
}

void PropertiesPanel::refresh() {
  if (const session::Table* table = link_.state().tableOf(link_.state().active)) {
    const data::DatasetInfo* dataset = provider_.info(table->path);
    return show(dataset ? tablePropertiesOf(*dataset, table->table) : std::vector<Row>{});
  }
  const session::Layer* layer = link_.state().layer(link_.state().active);
  const data::DatasetInfo* dataset = layer ? provider_.info(layer->path) : nullptr;
  const data::FieldInfo* field = dataset && layer->grid.empty() ? dataset->field(layer->field) : nullptr;
  std::vector<Row> rows;
  if (dataset && !layer->grid.empty()) {
    rows = gridPropertiesOf(*dataset, layer->grid);
  } else if (field) {
    ask(*layer, *field);
    rows = propertiesOf(*dataset, *field, statistics_ ? &*statistics_ : nullptr);
  }
  for (const scene::Mismatch& each : scene::mismatches(link_.state(), provider_, false))
    if (layer && each.layer == layer->id)
      rows.insert(rows.begin(),
                  {tr("Over %1").arg(text(each.baseName)), text(data::noteOf(each.alignment)), false, true});
  show(std::move(rows));
}

/// Asks for the statistics of a layer once, and once more when better ones are there.
void PropertiesPanel::ask(const session::Layer& layer, const data::FieldInfo& field) {
  const QString whose = QStringLiteral("%1\n%2\n%3").arg(text(layer.path), text(field.name)).arg(layer.component);
  const QString asked =
      whose + QStringLiteral("\n%1\n%2").arg(provider_.revision(layer.path)).arg(provider_.generation(layer.path));
  if (asked == asked_) return;
  if (!asked_.startsWith(whose + QLatin1Char('\n'))) statistics_.reset();
  asked_ = asked;
  provider_.statistics(
      {layer.path, field.name}, scene::statisticsTime(field), layer.component, {this, 0},
      [panel = QPointer<PropertiesPanel>(this), asked](const data::FieldProvider::Reply<data::Statistics>& reply) {
        if (!panel || panel->asked_ != asked || !reply.error.empty()) return;
        panel->statistics_ = reply.value;
        panel->refresh();
      });
}

void PropertiesPanel::show(std::vector<Row> rows) {
  const bool same = rows.size() == rows_.size() &&
                    std::equal(rows.begin(), rows.end(), rows_.begin(),
                               [](const Row& a, const Row& b) { return a.name == b.name && a.value == b.value; });
  rows_ = std::move(rows);
  scroll_->setVisible(!rows_.empty());
  empty_->setVisible(rows_.empty());
  if (same) return;
  auto* page = new QWidget;
  auto* grid = new QGridLayout(page);
  grid->setContentsMargins(12, 4, 12, 16);
  grid->setHorizontalSpacing(12);
  grid->setVerticalSpacing(4);
  grid->setColumnStretch(1, 1);
  int line = 0;
  for (const Row& row : rows_) {
    auto* name = new QLabel(row.heading ? row.name : breakable(row.name), page);
    name->setTextFormat(Qt::PlainText);
    name->setProperty("textSize", "small");
    if (row.heading) {
      name->setProperty("textSize", "strong");
      name->setContentsMargins(0, line == 0 ? 4 : 12, 0, 2);
      grid->addWidget(name, line++, 0, 1, 2);
      continue;
    }
    name->setProperty("tone", row.warning ? "warn" : "muted");
    name->setMinimumWidth(76);
    name->setWordWrap(true);
    auto* value = new QLabel(page);
    value->setTextFormat(Qt::PlainText);
    value->setText(breakable(row.value));
    value->setToolTip(row.value.size() > 60 ? row.value : QString());
    value->setWordWrap(true);
    value->setProperty("textSize", "small");
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    grid->addWidget(name, line, 0, Qt::AlignTop | Qt::AlignLeft);
    grid->addWidget(value, line++, 1, Qt::AlignTop);
  }
  grid->setRowStretch(line, 1);
  scroll_->setWidget(page);
}

QString PropertiesPanel::asText() const {
  QStringList lines;
  for (const Row& row : rows_)
    lines << (row.heading ? QLatin1Char('[') + row.name + QLatin1Char(']') : row.name + QLatin1Char('\t') + row.value);
  return lines.join(QLatin1Char('\n'));
}

} // namespace discern::desktop

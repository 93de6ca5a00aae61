#include "desktop/palette/command_palette.h"

#include "desktop/palette/fuzzy.h"

#include <QAbstractListModel>
#include <QApplication>
#include <QGraphicsDropShadowEffect>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPointer>
#include <QStyledItemDelegate>
#include <QTextLayout>
#include <QVBoxLayout>
#include <algorithm>

namespace discern::desktop {

namespace {
constexpr int rowHeight = 32, maxRows = 11;
enum Roles { GroupRole = Qt::UserRole, ShortcutRole, PositionsRole };

/// Every word of the pattern occurs whole in what is said of the entry: loose letters find too much in a sentence.
bool mentions(const PaletteEntry& entry, const QString& pattern) {
  const QString said = entry.title + QLatin1Char(' ') + entry.group + QLatin1Char(' ') + entry.keywords;
  const QStringList words = pattern.simplified().split(QLatin1Char(' '));
  return std::all_of(words.begin(), words.end(),
                     [&said](const QString& word) { return said.contains(word, Qt::CaseInsensitive); });
}
} // namespace

class CommandPalette::Model final : public QAbstractListModel {
public:
  using QAbstractListModel::QAbstractListModel;

  struct Hit {
    std::size_t entry;
    int score;
    QVector<int> positions;
  };

  void reset(std::vector<PaletteEntry> entries) {
    entries_ = std::move(entries);
    filter({});
  }

  void filter(const QString& pattern) {
    beginResetModel();
    hits_.clear();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const PaletteEntry& entry = entries_[i];
      if (pattern.trimmed().isEmpty()) {
        hits_.push_back({i, 0, {}});
        continue;
      }
      auto match = fuzzyMatch(pattern, entry.title);
      if (match) {
        hits_.push_back({i, match->score + 20 + (entry.enabled ? 0 : -30), match->positions});
      } else if (mentions(entry, pattern)) {
        hits_.push_back({i, entry.enabled ? 0 : -30, {}});
      }
    }
    std::stable_sort(hits_.begin(), hits_.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
    endResetModel();
  }

  int rowCount(const QModelIndex& parent) const override {
    return parent.isValid() ? 0 : static_cast<int>(hits_.size());
  }

  QVariant data(const QModelIndex& index, int role) const override {
    const Hit& hit = hits_[static_cast<std::size_t>(index.row())];
    const PaletteEntry& entry = entries_[hit.entry];
    switch (role) {
    case Qt::DisplayRole:
      return entry.title;
    case Qt::DecorationRole:
      return entry.icon;
    case Qt::AccessibleDescriptionRole:
    case GroupRole:
      return entry.group;
    case ShortcutRole:
      return entry.shortcut;
    case PositionsRole:
      return QVariant::fromValue(hit.positions);
    default:
      return {};
    }
  }

  Qt::ItemFlags flags(const QModelIndex& index) const override {
    return entry(index).enabled ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::ItemIsSelectable;
  }

  [[nodiscard]] const PaletteEntry& entry(const QModelIndex& index) const {
    return entries_[hits_[static_cast<std::size_t>(index.row())].entry];
  }

private:
  std::vector<PaletteEntry> entries_;
  std::vector<Hit> hits_;
};

class CommandPalette::Delegate final : public QStyledItemDelegate {
public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {100, rowHeight}; }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const QPalette& palette = option.palette;
    const bool enabled = index.flags() & Qt::ItemIsEnabled;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect row = option.rect.adjusted(4, 1, -4, -1);
    if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
      QColor ground = palette.color(QPalette::Highlight);
      if (!(option.state & QStyle::State_Selected)) ground.setAlphaF(0.4F);
      painter->setPen(Qt::NoPen);
      painter->setBrush(ground);
      painter->drawRoundedRect(row, 4, 4);
    }
    index.data(Qt::DecorationRole)
        .value<QIcon>()
        .paint(painter, QRect(row.left() + 8, row.center().y() - 8, 16, 16), Qt::AlignCenter,
               enabled ? QIcon::Normal : QIcon::Disabled);
    const auto tone = palette.color(enabled ? QPalette::Active : QPalette::Disabled, QPalette::Text);
    const QColor muted = palette.color(QPalette::PlaceholderText);
    const QFontMetrics metrics(option.font);
    int right = row.right() - 8;
    const QString shortcut = index.data(ShortcutRole).toString();
    painter->setPen(muted);
    if (!shortcut.isEmpty()) {
      const int width = metrics.horizontalAdvance(shortcut);
      painter->drawText(QRect(right - width, row.top(), width, row.height()), Qt::AlignVCenter | Qt::AlignRight,
                        shortcut);
    }
    right -= 120;
    const QString group = index.data(GroupRole).toString();
    painter->drawText(QRect(right - 90, row.top(), 90, row.height()), Qt::AlignVCenter | Qt::AlignRight, group);
    right -= 98;

    QTextLayout layout(metrics.elidedText(index.data().toString(), Qt::ElideRight, right - row.left() - 32),
                       option.font);
    QVector<QTextLayout::FormatRange> formats;
    for (const int at : index.data(PositionsRole).value<QVector<int>>()) {
      QTextCharFormat format;
      format.setFontWeight(QFont::Bold);
      format.setForeground(palette.color(QPalette::Link));
      formats.append({at, 1, format});
    }
    layout.setFormats(formats);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    line.setLineWidth(right - row.left());
    layout.endLayout();
    painter->setPen(tone);
    layout.draw(painter, QPointF(row.left() + 32, row.top() + (row.height() - line.height()) / 2));
    painter->restore();
  }
};

CommandPalette::CommandPalette(QWidget* window, Source source)
    : QFrame(window), source_(std::move(source)), field_(new QLineEdit(this)), list_(new QListView(this)),
      model_(new Model(this)) {
  setObjectName(QStringLiteral("palette"));
  setAccessibleName(tr("Command palette"));
  field_->setPlaceholderText(tr("Search actions and analyses"));
  field_->setAccessibleName(tr("Search actions and analyses"));
  field_->setClearButtonEnabled(true);
  list_->setModel(model_);
  list_->setItemDelegate(new Delegate(list_));
  list_->setUniformItemSizes(true);
  list_->setMouseTracking(true);
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setAccessibleName(tr("Results"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 8, 8, 8);
  column->setSpacing(8);
  column->addWidget(field_);
  column->addWidget(list_);
  connect(field_, &QLineEdit::textChanged, this, &CommandPalette::filter);
  connect(list_, &QListView::clicked, this, &CommandPalette::runCurrent);
  field_->installEventFilter(this);
  window->installEventFilter(this);
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
    if (isVisible() && now && !isAncestorOf(now)) hide();
  });
  auto* shadow = new QGraphicsDropShadowEffect(this);
  shadow->setBlurRadius(32);
  shadow->setOffset(0, 8);
  shadow->setColor(QColor(0, 0, 0, 110));
  setGraphicsEffect(shadow);
  hide();
}

void CommandPalette::open() {
  focusBefore_ = QApplication::focusWidget();
  model_->reset(source_());
  field_->clear();
  filter({});
  place();
  show();
  raise();
  field_->setFocus(Qt::ShortcutFocusReason);
}

QStringList CommandPalette::shown() const {
  QStringList titles;
  for (int row = 0; row < model_->rowCount({}); ++row)
    titles << model_->index(row, 0).data().toString();
  return titles;
}

void CommandPalette::filter(const QString& pattern) {
  model_->filter(pattern);
  list_->setCurrentIndex(model_->index(0, 0));
  place();
}

void CommandPalette::place() {
  const QWidget* window = parentWidget();
  const int width = std::min(620, window->width() - 48);
  const int rows = std::clamp(model_->rowCount({}), 1, maxRows);
  list_->setFixedHeight(rows * rowHeight + 2);
  const int height = field_->sizeHint().height() + list_->height() + 26;
  setGeometry((window->width() - width) / 2, 72, width, height);
}

void CommandPalette::runCurrent() {
  const QModelIndex current = list_->currentIndex();
  if (!current.isValid() || !model_->entry(current).enabled) return;
  const auto run = model_->entry(current).run;
  hide();
  if (run) run();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible()) place();
  if (watched == field_ && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const int rows = model_->rowCount({}), row = list_->currentIndex().row();
    const auto go = [&](int to) {
      if (rows > 0) list_->setCurrentIndex(model_->index((to + rows) % rows, 0));
      return true;
    };
    switch (key->key()) {
    case Qt::Key_Down:
      return go(row + 1);
    case Qt::Key_Up:
      return go(row - 1);
    case Qt::Key_PageDown:
      return go(std::min(row + maxRows, rows - 1));
    case Qt::Key_PageUp:
      return go(std::max(row - maxRows, 0));
    case Qt::Key_Return:
    case Qt::Key_Enter:
      runCurrent();
      return true;
    case Qt::Key_Escape:
      hide();
      return true;
    default:
      break;
    }
  }
  return QFrame::eventFilter(watched, event);
}

void CommandPalette::hideEvent(QHideEvent* event) {
  if (focusBefore_ && field_->hasFocus()) focusBefore_->setFocus(Qt::OtherFocusReason);
  focusBefore_ = nullptr;
  QFrame::hideEvent(event);
}

} // namespace discern::desktop

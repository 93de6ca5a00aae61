#include "desktop/start/start_page.h"
#include "desktop/session/place.h"

#include "desktop/session/recent_files.h"
#include "desktop/start/demo_card.h"
#include "desktop/theme/appearance.h"
#include "desktop/theme/icons.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

namespace discern::desktop {

namespace {

constexpr int pageWidth = 928;

QLabel* label(const QString& text, const char* size, const char* tone, QWidget* parent) {
  auto* made = new QLabel(text, parent);
  if (*size) made->setProperty("textSize", size);
  if (*tone) made->setProperty("tone", tone);
  return made;
}

void empty(QLayout* layout) {
  while (QLayoutItem* item = layout->takeAt(0)) {
    delete item->widget();
    delete item;
  }
}

} // namespace

std::vector<Demo> demosIn(const QString& resources) {
  const QString folder = resources + QStringLiteral("/demo/");
  return {
      {QStringLiteral("nuclei"),
       StartPage::tr("Nuclei"),
       StartPage::tr("Segment a 3D microscopy stack and lay the prediction over its truth."),
       {folder + QStringLiteral("nuclei.tif")},
       folder + QStringLiteral("nuclei.png"),
       QStringLiteral("nuclei")},
      {QStringLiteral("fmri"),
       StartPage::tr("Brain over time"),
       StartPage::tr("A 4D functional MRI run with the time course under the cursor."),
       {folder + QStringLiteral("fmri.nii.gz")},
       folder + QStringLiteral("fmri.png"),
       QStringLiteral("brain")},
      {QStringLiteral("climate"),
       StartPage::tr("Climate map"),
       StartPage::tr("Geopotential height anomalies on a map, step by step in time."),
       {folder + QStringLiteral("climate.nc")},
       folder + QStringLiteral("climate.png"),
       QStringLiteral("layout-map")},
  };
}

StartPage::StartPage(const Appearance& appearance, RecentFiles& recent, const QString& resources, QWidget* parent)
    : QWidget(parent), appearance_(appearance), recent_(recent), offers_(new QVBoxLayout), recentList_(new QVBoxLayout),
      pending_(new QLabel(this)) {
  setObjectName(QStringLiteral("startPage"));
  auto* page = new QWidget;
  page->setMaximumWidth(pageWidth);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(32, 40, 32, 32);
  column->setSpacing(0);

  offers_->setSpacing(8);
  column->addLayout(offers_);

  auto* head = new QHBoxLayout;
  head->setSpacing(16);
  auto* mark = new QLabel(page);
  mark->setPixmap(QIcon(resources + QStringLiteral("/icons/discern.svg")).pixmap(48, 48));
  head->addWidget(mark);
  auto* words = new QVBoxLayout;
  words->setSpacing(2);
  words->addWidget(label(tr("Discern"), "title", "", page));
  words->addWidget(label(tr("Look hard at what machine learning says about your data."), "", "muted", page));
  head->addLayout(words, 1);
  auto* open = new QPushButton(tr("Open…"), page);
  open->setProperty("tone", "accent");
  open->setToolTip(tr("Open files or a session  (Ctrl+O)"));
  open->setMinimumWidth(96);
  connect(open, &QPushButton::clicked, this, &StartPage::openRequested);
  auto* openOnHost = new QPushButton(tr("Open on a Host…"), page);
  openOnHost->setToolTip(tr("Open files that stay on another machine  (Ctrl+Alt+O)"));
  connect(openOnHost, &QPushButton::clicked, this, &StartPage::openOnHostRequested);
  auto* doors = new QHBoxLayout;
  doors->setSpacing(8);
  doors->addWidget(openOnHost);
  doors->addWidget(open);
  head->addLayout(doors);
  column->addLayout(head);

  pending_->setProperty("tone", "accent");
  pending_->setContentsMargins(64, 8, 0, 0);
  pending_->hide();
  column->addWidget(pending_);

  column->addSpacing(32);
  column->addWidget(label(tr("Demos"), "strong", "", page));
  column->addSpacing(12);
  auto* cards = new QHBoxLayout;
  cards->setSpacing(16);
  for (const Demo& demo : demosIn(resources)) {
    auto* card = new DemoCard(demo, appearance, page);
    card->setObjectName(QStringLiteral("demo.") + demo.id);
    connect(card, &QAbstractButton::clicked, this, [this, id = demo.id] { Q_EMIT demoRequested(id); });
    cards->addWidget(card);
  }
  column->addLayout(cards);

  column->addSpacing(32);
  column->addWidget(label(tr("Recent"), "strong", "", page));
  column->addSpacing(8);
  recentList_->setSpacing(0);
  column->addLayout(recentList_);
  column->addSpacing(24);
  auto* hint =
      label(tr("Drop files anywhere in the window: images, volumes, meshes, particles, brains and maps over time. "
               "What a file is, Discern finds out by looking inside. Its sessions and results open too."),
            "small", "muted", page);
  hint->setWordWrap(true);
  column->addWidget(hint);
  column->addStretch(1);

  auto* middle = new QWidget;
  auto* row = new QHBoxLayout(middle);
  row->setContentsMargins(0, 0, 0, 0);
  row->addStretch(1);
  row->addWidget(page, 100);
  row->addStretch(1);
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->viewport()->setAutoFillBackground(false);
  scroll->setWidget(middle);
  middle->setAutoFillBackground(false);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(scroll);
  connect(&recent_, &RecentFiles::changed, this, [this] {
    listed_ = false;
    if (isVisible()) listRecent();
  });
}

void StartPage::paintEvent(QPaintEvent*) { QPainter(this).fillRect(rect(), appearance_.tokens()["canvas"]); }

void StartPage::showEvent(QShowEvent*) { listRecent(); }

void StartPage::listRecent() {
  if (std::exchange(listed_, true)) return;
  empty(recentList_);
  if (recent_.files().isEmpty()) {
    recentList_->addWidget(label(tr("Files and sessions that you open are listed here."), "", "muted", this));
    return;
  }
  for (const QString& path : recent_.files().mid(0, 6)) {
    auto* entry = new QPushButton(this);
    entry->setFlat(true);
    entry->setToolTip(path);
    entry->setAccessibleName(tr("Open %1").arg(path));
    entry->setCursor(Qt::PointingHandCursor);
    auto* row = new QHBoxLayout(entry);
    row->setContentsMargins(8, 0, 8, 0);
    row->setSpacing(12);
    auto* sign = new QLabel(entry);
    sign->setPixmap(
        icon(isSessionFile(path) ? QStringLiteral("session") : QStringLiteral("file"), appearance_.tokens()["muted"])
            .pixmap(QSize(16, 16), devicePixelRatioF()));
    row->addWidget(sign);
    row->addWidget(label(shortName(path), "", "", entry));
    row->addWidget(label(fontMetrics().elidedText(folderText(path), Qt::ElideMiddle, 420), "", "muted", entry), 1);
    entry->setMinimumHeight(32);
    connect(entry, &QPushButton::clicked, this, [this, path] { Q_EMIT fileRequested(path); });
    recentList_->addWidget(entry);
  }
}

void StartPage::setPending(const QStringList& paths) {
  pending_->setVisible(!paths.isEmpty());
  if (!paths.isEmpty()) pending_->setText(tr("Opening %1…").arg(shortName(paths.front())));
}

void StartPage::offer(const std::vector<Recovered>& recovered) {
  for (const Recovered& found : recovered) {
    auto* card = new QFrame(this);
    card->setObjectName(QStringLiteral("card"));
    auto* row = new QHBoxLayout(card);
    row->setContentsMargins(16, 12, 12, 12);
    row->setSpacing(12);
    auto* sign = new QLabel(card);
    sign->setPixmap(
        icon(QStringLiteral("history"), appearance_.tokens()["warn"]).pixmap(QSize(20, 20), devicePixelRatioF()));
    row->addWidget(sign);
    const bool today = found.time.date() == QDate::currentDate();
    const QString when =
        today ? found.time.toString(QStringLiteral("HH:mm")) : QLocale().toString(found.time, QLocale::ShortFormat);
    auto* words = label(tr("Discern ended unexpectedly at %1 with %2.").arg(when, found.contents()), "", "", card);
    words->setWordWrap(true);
    row->addWidget(words, 1);
    auto* discard = new QPushButton(tr("Discard"), card);
    auto* restore = new QPushButton(tr("Restore"), card);
    restore->setObjectName(QStringLiteral("restore"));
    restore->setProperty("tone", "accent");
    row->addWidget(discard);
    row->addWidget(restore);
    connect(discard, &QPushButton::clicked, this, [this, card, path = found.path] {
      card->deleteLater();
      Q_EMIT discardRequested(path);
    });
    connect(restore, &QPushButton::clicked, this, [this, card, found] {
      card->deleteLater();
      Q_EMIT restoreRequested(found);
    });
    offers_->addWidget(card);
  }
  if (!recovered.empty()) offers_->setContentsMargins(0, 0, 0, 24);
}

} // namespace discern::desktop

#include "diagram/diagram_pane.h"

#include "diagram/diagram_view.h"
#include "layers/dataset_watch.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QScopedValueRollback>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace discern::views {
namespace {

constexpr int longest = 18; ///< letters of a value on a button

QString shortened(const QString& words) {
  return words.size() > longest ? words.left(longest - 1) + QChar(0x2026) : words;
}

QToolButton* textButton(const QString& name, const QString& tip, QWidget* parent) {
  auto* made = new QToolButton(parent);
  made->setObjectName(name);
  made->setToolTip(tip);
  made->setAccessibleName(tip);
  made->setPopupMode(QToolButton::InstantPopup);
  made->setToolButtonStyle(Qt::ToolButtonTextOnly);
  made->setFocusPolicy(Qt::TabFocus);
  return made;
}

} // namespace

DiagramPane::DiagramPane(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent)
    : QWidget(parent), link_(link), provider_(provider), style_(style), tabs_(new QTabBar(this)),
      add_(textButton(QStringLiteral("newPlot"), tr("Add a plot"), this)),
      lasso_(iconButton(QStringLiteral("region"), tr("Enclose freehand"), QStringLiteral("L"), style, this)),
      save_(iconButton(QStringLiteral("export"), tr("Save values as CSV"), {}, style, this)),
      choices_(new QWidget(this)), choicesRow_(new QHBoxLayout(choices_)), stack_(new QStackedWidget(this)),
      empty_(new QWidget(stack_)) {
  setObjectName(QStringLiteral("diagramPane"));
  setAccessibleName(tr("Plots"));
  tabs_->setExpanding(false);
  tabs_->setDrawBase(false);
  tabs_->setElideMode(Qt::ElideMiddle);
  tabs_->setObjectName(QStringLiteral("plotTabs"));
  tabs_->setAccessibleName(tr("Open plots"));
  add_->setText(tr("New plot"));
  auto* kinds = new QMenu(add_);
  kinds->setToolTipsVisible(true);
  QObject::connect(kinds, &QMenu::aboutToShow, this, [this, kinds] {
    kinds->clear();
    fillKinds(*kinds);
  });
  add_->setMenu(kinds);
  lasso_->setCheckable(true);
  QObject::connect(lasso_, &QToolButton::clicked, this, [this](bool on) {
    if (view()) view()->setLasso(on);
  });
  QObject::connect(save_, &QToolButton::clicked, this, [this] {
    if (view()) view()->saveValues();
  });
  choicesRow_->setContentsMargins(0, 0, 0, 0);
  choicesRow_->setSpacing(4);
  auto* top = new QWidget(this);
  auto* row = new QHBoxLayout(top);
  row->setContentsMargins(8, 2, 6, 2);
  row->setSpacing(4);
  row->addWidget(tabs_, 1);
  row->addWidget(add_);
  bar_ = new QWidget(this);
  auto* below = new QHBoxLayout(bar_);
  below->setContentsMargins(6, 0, 6, 4);
  below->setSpacing(4);
  below->addWidget(choices_);
  below->addStretch(1);
  below->addWidget(lasso_);
  below->addWidget(save_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(top);
  column->addWidget(bar_);
  column->addWidget(stack_, 1);

  auto* words = new QLabel(tr("No plot yet. Choose one under “New plot”."), empty_);
  words->setObjectName(QStringLiteral("emptyState"));
  words->setAlignment(Qt::AlignCenter);
  words->setWordWrap(true);
  setTone(words, "muted");
  auto* emptyColumn = new QVBoxLayout(empty_);
  emptyColumn->addWidget(words);
  stack_->addWidget(empty_);

  QObject::connect(tabs_, &QTabBar::currentChanged, this, [this](int tab) {
    if (following_ || tab < 0) return;
    link_.run("showDiagram", {{"id", tabs_->tabData(tab).toString().toStdString()}});
  });
  QObject::connect(&link_, &link::Link::stateChanged, this,
                   [this](const session::State& before, const session::State& after) {
                     if (before.diagrams != after.diagrams || before.diagram != after.diagram ||
                         before.layers != after.layers || before.tables != after.tables)
                       follow();
                   });
  auto* watch = new DatasetWatch(link_, provider_, this);
  QObject::connect(watch, &DatasetWatch::known, this, &DiagramPane::refresh);
  follow();
}

DiagramPane::~DiagramPane() {
  for (auto& [id, made] : views_) // while this window's contexts are still there
    delete made;
}

DiagramView* DiagramPane::view() const {
  const auto found = views_.find(link_.state().diagram);
  return found == views_.end() ? nullptr : found->second;
}

QString DiagramPane::missing(const std::string& kind) const {
  std::string why;
  return scene::suggested(kind, link_.state(), provider_, why) ? QString() : text(why);
}

void DiagramPane::fillKinds(QMenu& menu) {
  for (const std::string& kind : scene::drawnKinds()) {
    QAction* action = menu.addAction(text(scene::kindName(kind)), this, [this, kind] { add(kind); });
    const QString why = missing(kind);
    action->setEnabled(why.isEmpty());
    action->setToolTip(why);
  }
}

void DiagramPane::add(const std::string& kind) {
  std::string why;
  const auto diagram = scene::suggested(kind, link_.state(), provider_, why);
  if (!diagram) {
    Q_EMIT reported(tr("%1: %2.").arg(text(scene::kindName(kind)), text(why)));
    return;
  }
  link_.run("addDiagram", {{"diagram", *diagram}});
  Q_EMIT added();
}

void DiagramPane::follow() {
  const QScopedValueRollback guard(following_, true);
  followTabs();
  const session::State& state = link_.state();
  for (auto made = views_.begin(); made != views_.end();) {
    if (state.diagramOf(made->first)) {
      ++made;
      continue;
    }
    delete made->second;
    made = views_.erase(made);
  }
  const session::Diagram* front = state.diagramOf(state.diagram);
  if (front && !views_.contains(front->id)) {
    auto* made = new DiagramView(link_, provider_, style_, scene::panelNameOf(*front), stack_);
    views_[front->id] = made;
    stack_->addWidget(made);
    QObject::connect(made, &PanelWidget::reported, this, &DiagramPane::reported);
    QObject::connect(made, &PanelWidget::painted, this, &DiagramPane::followChoices);
    QObject::connect(made, &DiagramView::lassoChanged, lasso_, &QToolButton::setChecked);
  }
  stack_->setCurrentWidget(front ? static_cast<QWidget*>(views_.at(front->id)) : empty_);
  bar_->setVisible(front);
  followChoices();
}

void DiagramPane::followTabs() {
  const auto& diagrams = link_.state().diagrams;
  while (tabs_->count() > static_cast<int>(diagrams.size()))
    tabs_->removeTab(tabs_->count() - 1);
  for (int i = 0; i < static_cast<int>(diagrams.size()); ++i) {
    const session::Diagram& diagram = diagrams[static_cast<std::size_t>(i)];
    if (i >= tabs_->count()) {
      tabs_->addTab(QString());
      QToolButton* close = iconButton(QStringLiteral("close"), tr("Close plot"), {}, style_, tabs_);
      close->setIconSize({12, 12});
      QObject::connect(close, &QToolButton::clicked, this, [this, close] {
        for (int tab = 0; tab < tabs_->count(); ++tab)
          if (tabs_->tabButton(tab, QTabBar::RightSide) == close)
            return link_.run("removeDiagram", {{"id", tabs_->tabData(tab).toString().toStdString()}});
      });
      tabs_->setTabButton(i, QTabBar::RightSide, close);
    }
    const QString words = text(scene::diagramName(diagram, link_.state()));
    tabs_->setTabText(i, QString(words).replace(QLatin1Char('&'), QStringLiteral("&&")));
    tabs_->setTabToolTip(i, words);
    tabs_->setTabData(i, text(diagram.id));
    if (diagram.id == link_.state().diagram) tabs_->setCurrentIndex(i);
  }
  tabs_->updateGeometry(); // Qt's tab bar does not tell its layout of tabs that come while it is hidden
}

/// The buttons are used again: choices change with every answer, and a button must not go while its menu is open.
void DiagramPane::followChoices() {
  const DiagramView* front = view();
  lasso_->setVisible(front && front->diagram() && front->diagram()->encloses());
  if (front) lasso_->setChecked(front->lasso());
  const auto choices =
      front && front->diagram() ? front->diagram()->choices() : std::vector<scene::DiagramPanel::Choice>{};
  while (buttons_.size() < choices.size()) {
    const std::size_t place = buttons_.size();
    QToolButton* made = textButton(QStringLiteral("plotChoice%1").arg(place), {}, choices_);
    auto* menu = new QMenu(made);
    QObject::connect(menu, &QMenu::aboutToShow, this, [this, menu, place] {
      menu->clear();
      DiagramView* now = view();
      const auto all = now && now->diagram() ? now->diagram()->choices() : std::vector<scene::DiagramPanel::Choice>{};
      if (place < all.size()) now->fillChoice(*menu, all[place]);
    });
    made->setMenu(menu);
    choicesRow_->addWidget(made);
    buttons_.push_back(made);
  }
  for (std::size_t i = 0; i < buttons_.size(); ++i) {
    buttons_[i]->setVisible(i < choices.size());
    if (i >= choices.size()) continue;
    const auto named = std::find_if(choices[i].values.begin(), choices[i].values.end(),
                                    [&](const auto& one) { return one.first == choices[i].value; });
    const QString words = named == choices[i].values.end() ? tr("none") : shortened(text(named->second));
    const QString tip = text(choices[i].title);
    if (buttons_[i]->text() != words) buttons_[i]->setText(words);
    if (buttons_[i]->toolTip() == tip) continue;
    buttons_[i]->setToolTip(tip);
    buttons_[i]->setAccessibleName(tip);
  }
}

void DiagramPane::refresh() {
  follow();
  for (auto& [id, made] : views_)
    made->panel().update(link_.state());
}

void DiagramPane::reread() {
  for (auto& [id, made] : views_)
    made->panel().reread();
}

bool DiagramPane::settled() const { return !view() || !view()->isVisible() || view()->settled(); }

void DiagramPane::setStyle(const Style& style) {
  style_ = style;
  for (auto& [id, made] : views_)
    made->setStyle(style);
  restyle(this, style);
}

} // namespace discern::views

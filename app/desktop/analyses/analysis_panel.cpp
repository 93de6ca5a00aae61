#include "desktop/analyses/analysis_panel.h"

#include "desktop/analyses/analysis_list.h"
#include "desktop/analyses/analysis_page.h"
#include "desktop/analyses/fold_button.h"
#include "desktop/form/undo_order.h"
#include "desktop/hosts/run_target.h"

#include <QAbstractTextDocumentLayout>
#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace discern::desktop {

AnalysisPanel::AnalysisPanel(link::Link& link, data::FieldProvider& provider, JobController& jobs, QWidget* parent)
    : QWidget(parent), link_(link), provider_(provider), jobs_(jobs), undo_(new UndoOrder(link, this)) {
  setObjectName(QStringLiteral("analysisPanel"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  stack_ = new QStackedWidget(this);
  column->addWidget(stack_);

  auto* browse = new QWidget(stack_);
  auto* browseColumn = new QVBoxLayout(browse);
  browseColumn->setContentsMargins(8, 8, 8, 0);
  browseColumn->setSpacing(8);
  search_ = new QLineEdit(browse);
  search_->setObjectName(QStringLiteral("analysisSearch"));
  search_->setPlaceholderText(tr("Search analyses"));
  search_->setClearButtonEnabled(true);
  search_->setAccessibleName(tr("Search analyses"));
  search_->setToolTip(tr("Type a name or what it is for; Down and Enter to choose"));
  search_->installEventFilter(this);
  list_ = new QListView(browse);
  list_->setObjectName(QStringLiteral("analysisList"));
  list_->setAccessibleName(tr("Analyses"));
  list_->setFrameShape(QFrame::NoFrame);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list_->setMouseTracking(true);
  list_->installEventFilter(this);
  model_ = new AnalysisListModel(this);
  list_->setModel(model_);
  list_->setItemDelegate(new AnalysisDelegate(list_));
  empty_ = new QLabel(browse);
  empty_->setObjectName(QStringLiteral("analysisEmpty"));
  empty_->setProperty("tone", QStringLiteral("muted"));
  empty_->setAlignment(Qt::AlignTop | Qt::AlignHCenter);
  empty_->setMargin(16);
  empty_->setWordWrap(true);
  browseColumn->addWidget(search_);
  browseColumn->addWidget(list_, 1);
  browseColumn->addWidget(empty_, 1);
  problemsFold_ = new FoldButton(tr("Plugins that can't be used"), browse);
  problemsFold_->setObjectName(QStringLiteral("analysisProblemsFold"));
  problemsFold_->setProperty("tone", QStringLiteral("warn"));
  problemsFold_->setToolTip(tr("Show or hide what is wrong with them"));
  problems_ = new QPlainTextEdit(browse);
  problems_->setObjectName(QStringLiteral("analysisProblems"));
  problems_->setProperty("field", true);
  problems_->setReadOnly(true);
  problems_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  problems_->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
  const auto fit = [this] { // its size is in lines
    const int lines = std::clamp(static_cast<int>(problems_->document()->size().height()), 2, 9);
    problems_->setFixedHeight(lines * problems_->fontMetrics().lineSpacing() + 24);
  };
  connect(problems_->document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this, fit);
  problems_->setAccessibleName(tr("Plugins that can't be used"));
  problemsFold_->hide();
  problems_->hide();
  connect(problemsFold_, &FoldButton::folded, problems_, &QWidget::setVisible);
  browseColumn->addWidget(problemsFold_, 0, Qt::AlignLeft);
  browseColumn->addWidget(problems_);
  browseColumn->addSpacing(8);
  stack_->addWidget(browse);
  setFocusProxy(search_);

  connect(search_, &QLineEdit::textChanged, this, [this] { refreshList(); });
  connect(search_, &QLineEdit::returnPressed, this, &AnalysisPanel::openCurrent);
  connect(list_, &QListView::clicked, this, &AnalysisPanel::openCurrent);
  connect(&jobs_.catalogue(), &Catalogue::changed, this, [this] {
    followManifests();
    refreshList();
  });
  connect(&jobs_.catalogue(), &Catalogue::failed, this, [this](const QString& why) {
    refreshList();
    empty_->setText(tr("The analyses could not be read. %1").arg(why));
  });
  connect(&jobs_, &JobController::editRequested, this, [this](const nlohmann::json& job) { openJob(job); });
  connect(undo_, &UndoOrder::restored, this, [this](const std::string& id, const nlohmann::json& values) {
    const auto page = pages_.find(id);
    if (page == pages_.end()) return;
    stack_->setCurrentWidget(page->second); // what changes is seen
    page->second->restore(values);
  });
  refreshList();
}

AnalysisPanel::~AnalysisPanel() = default;

void AnalysisPanel::refreshList() {
  const QString query = search_->text();
  model_->show(jobs_.catalogue().search(query.toStdString()));
  const bool any = model_->rowCount() > 0;
  const auto& problems = jobs_.catalogue().problems();
  QStringList told;
  for (const std::string& problem : problems)
    told << QString::fromStdString(problem);
  const QString all = told.join(QStringLiteral("\n\n"));
  if (all != problems_->toPlainText()) problems_->setPlainText(all); // else it would scroll to its beginning
  problemsFold_->setText(problems.size() == 1 ? tr("A plugin can't be used")
                                              : tr("%1 plugins can't be used").arg(problems.size()));
  problemsFold_->setVisible(!problems.empty());
  problems_->setVisible(!problems.empty() && problemsFold_->isOpen());
  list_->setVisible(any);
  empty_->setVisible(!any);
  if (any) // the best of a search is chosen; where nothing was asked, nothing is
    list_->setCurrentIndex(query.isEmpty() ? QModelIndex() : model_->index(0, 0));
  else if (!jobs_.catalogue().loaded())
    empty_->setText(tr("Looking for analyses…"));
  else if (query.isEmpty())
    empty_->setText(tr("No analysis is installed."));
  else
    empty_->setText(tr("Nothing fits “%1”. Try what it is for: segment, compare, smooth.").arg(query));
}

void AnalysisPanel::showList() {
  stack_->setCurrentIndex(0);
  search_->setFocus();
  search_->selectAll();
}

void AnalysisPanel::focusSearch() { showList(); }

void AnalysisPanel::move(int rows) {
  const int count = model_->rowCount();
  if (count == 0) return;
  const int from = list_->currentIndex().isValid() ? list_->currentIndex().row() : rows > 0 ? -1 : count;
  list_->setCurrentIndex(model_->index(std::clamp(from + rows, 0, count - 1), 0));
}

bool AnalysisPanel::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (watched == search_ && (key->key() == Qt::Key_Down || key->key() == Qt::Key_Up)) {
      move(key->key() == Qt::Key_Down ? 1 : -1);
      return true;
    }
    if (watched == list_ && (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)) {
      openCurrent();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

void AnalysisPanel::openCurrent() {
  if (list_->currentIndex().isValid() && model_->rowCount() > 0)
    openAnalysis(list_->currentIndex().data(AnalysisListModel::Id).toString().toStdString());
}

AnalysisPage* AnalysisPanel::makePage(const Analysis& analysis) {
  auto* page = new AnalysisPage(analysis, link_, provider_, stack_);
  page->inputs().setOwnResults([this, id = analysis.id](const session::Layer& layer) { return jobs_.made(id, layer); });
  stack_->addWidget(page);
  connect(page, &AnalysisPage::backRequested, this, &AnalysisPanel::showList);
  connect(page, &AnalysisPage::runRequested, this,
          [this](const std::string& plugin, const nlohmann::json& parameters,
                 const std::map<std::string, std::string>& inputs,
                 const nlohmann::json& place) { jobs_.run(plugin, parameters, inputs, place); });
  connect(page, &AnalysisPage::hostsRequested, this, &AnalysisPanel::hostsRequested);
  connect(page, &AnalysisPage::edited, this,
          [this, id = analysis.id](const QString& name, const nlohmann::json& before, const nlohmann::json& after) {
            undo_->add({id, name, before, after});
          });
  return page;
}

/// A page whose manifest changed is made anew with what was entered; one whose manifest can't be used any more says why
/// and stays.
void AnalysisPanel::followManifests() {
  for (auto& [id, page] : pages_) {
    const Analysis* now = jobs_.catalogue().find(id);
    if (!now) {
      const QString why = QString::fromStdString(jobs_.catalogue().problemOf(page->analysis().folder));
      page->setNotice(why.isEmpty() ? tr("This analysis is no longer installed.")
                                    : tr("The manifest was changed and can't be used now: %1").arg(why));
      continue;
    }
    page->setNotice({});
    if (now->manifest == page->analysis().manifest && now->folder == page->analysis().folder) continue;
    AnalysisPage* fresh = makePage(*now);
    fresh->adopt(*page);
    if (stack_->currentWidget() == page) {
      const QWidget* focused = QApplication::focusWidget();
      if (!page->isAncestorOf(focused)) focused = nullptr;
      stack_->setCurrentWidget(fresh);
      auto* same = focused ? fresh->findChild<QWidget*>(focused->objectName()) : nullptr;
      if (same && !focused->objectName().isEmpty())
        same->setFocus(Qt::OtherFocusReason);
      else if (focused)
        fresh->focusForm();
    }
    stack_->removeWidget(page);
    page->deleteLater();
    page = fresh;
  }
}

bool AnalysisPanel::openAnalysis(const std::string& id) {
  const Analysis* analysis = jobs_.catalogue().find(id);
  if (!analysis) return false;
  AnalysisPage*& page = pages_[id];
  if (!page) page = makePage(*analysis);
  stack_->setCurrentWidget(page);
  page->focusForm();
  return true;
}

bool AnalysisPanel::openJob(const nlohmann::json& job) {
  const std::string id = job.value("plugin", "");
  if (!openAnalysis(id)) return false;
  AnalysisPage* page = pages_[id];
  std::map<std::string, std::string> layers;
  for (const Input& input : page->analysis().inputs)
    layers[input.name] = jobs_.layerOf(job, input.name);
  page->fill(job, layers);
  return true;
}

void AnalysisPanel::reloadHosts() {
  for (const auto& [id, page] : pages_)
    page->reloadHosts();
}

AnalysisPage* AnalysisPanel::currentPage() const { return qobject_cast<AnalysisPage*>(stack_->currentWidget()); }

void AnalysisPanel::runCurrent() {
  if (AnalysisPage* page = currentPage()) page->run();
}

} // namespace discern::desktop

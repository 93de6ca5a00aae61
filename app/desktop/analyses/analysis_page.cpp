#include "desktop/analyses/analysis_page.h"

#include "desktop/analyses/fold_button.h"
#include "desktop/form/preset_bar.h"
#include "desktop/form/surroundings.h"
#include "desktop/hosts/run_target.h"
#include "desktop/theme/icons.h"
#include "form/preset_file.h"
#include "form/value.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

namespace discern::desktop {

namespace {

QString str(const std::string& s) { return QString::fromStdString(s); }

QLabel* heading(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  QFont font = label->font();
  font.setWeight(QFont::DemiBold);
  label->setFont(font);
  return label;
}

/// What it does, at length, with where it comes from. In Markdown.
QString helpMarkdown(const Analysis& analysis) {
  QString text = str(analysis.help);
  for (const std::string& doi : analysis.references) {
    const QString bare = str(doi).remove(QStringLiteral("https://doi.org/"));
    text += bare.startsWith(QStringLiteral("10.")) ? QStringLiteral("\n\n[doi:%1](https://doi.org/%1)").arg(bare)
                                                   : QStringLiteral("\n\n") + bare;
  }
  QStringList authors;
  for (const std::string& author : analysis.authors)
    authors << str(author);
  text += QStringLiteral("\n\n`%1` %2").arg(str(analysis.id), str(analysis.version));
  if (!authors.isEmpty()) text += QStringLiteral(" · ") + authors.join(QStringLiteral(", "));
  return text;
}

} // namespace

AnalysisPage::AnalysisPage(const Analysis& analysis, link::Link& link, data::FieldProvider& provider, QWidget* parent)
    : QWidget(parent), analysis_(analysis) {
  setObjectName(QStringLiteral("analysis.") + str(analysis.id));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  inputs_ = new InputForm(analysis.inputs, link, provider);
  around_ = new Surroundings(
      link, provider, [this] { return inputs_->values(); }, this);
  parameters_ = new ParameterForm(analysis.parameters, analysis.groups, around_);
  target_ = new RunTarget(analysis);
  notice_ = new QLabel(this);
  notice_->setObjectName(QStringLiteral("notice"));
  notice_->setProperty("tone", QStringLiteral("warn"));
  notice_->setTextFormat(Qt::PlainText);
  notice_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  notice_->setWordWrap(true);
  notice_->setContentsMargins(12, 0, 12, 8);
  notice_->hide();
  column->addWidget(header());
  column->addWidget(notice_);
  column->addWidget(body(), 1);
  column->addWidget(footer());
  connect(inputs_, &InputForm::changed, this, [this] {
    around_->tellChanged();
    refresh();
  });
  connect(parameters_, &ParameterForm::changed, this, &AnalysisPage::refresh);
  connect(target_, &RunTarget::changed, this, &AnalysisPage::refresh);
  connect(target_, &RunTarget::setupRequested, this, &AnalysisPage::hostsRequested);
  for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter}) {
    auto* shortcut = new QShortcut(QKeySequence(Qt::CTRL | key), this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, &AnalysisPage::run);
  }
  auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
  escape->setContext(Qt::WidgetWithChildrenShortcut);
  connect(escape, &QShortcut::activated, this, &AnalysisPage::backRequested);
  refresh();
}

QWidget* AnalysisPage::header() {
  auto* box = new QWidget(this);
  auto* row = new QHBoxLayout(box);
  row->setContentsMargins(4, 8, 8, 4);
  row->setSpacing(4);
  auto* back = new QToolButton(box);
  back->setObjectName(QStringLiteral("back"));
  back->setIcon(icon(QStringLiteral("chevron-left")));
  back->setAutoRaise(true);
  back->setToolTip(tr("All analyses (Esc)"));
  back->setAccessibleName(tr("Back to all analyses"));
  connect(back, &QToolButton::clicked, this, &AnalysisPage::backRequested);
  auto* title = heading(str(analysis_.name), box);
  title->setWordWrap(true);
  row->addWidget(back);
  row->addWidget(title, 1);
  return box;
}

QWidget* AnalysisPage::body() {
  auto* scroll = scroll_ = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* content = new QWidget(scroll);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(4, 4, 12, 12); // the form has 8 of its own, for the marks of what was changed
  column->setSpacing(8);
  const auto add = [column](QWidget* widget, Qt::Alignment alignment = {}) {
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 0, 0, 0);
    row->addWidget(widget, 0, alignment);
    column->addLayout(row);
  };

  auto* summary = new QLabel(str(analysis_.summary), content);
  summary->setProperty("tone", QStringLiteral("muted"));
  summary->setWordWrap(true);
  add(summary);

  auto* fold = new FoldButton(tr("How it works"), content);
  fold->setObjectName(QStringLiteral("about"));
  fold->setToolTip(tr("Method, references, version"));
  auto* help = new QLabel(content);
  help->setObjectName(QStringLiteral("help"));
  help->setTextFormat(Qt::MarkdownText);
  help->setText(helpMarkdown(analysis_));
  help->setWordWrap(true);
  help->setOpenExternalLinks(true);
  help->setTextInteractionFlags(Qt::TextBrowserInteraction);
  help->hide();
  connect(fold, &FoldButton::folded, help, &QWidget::setVisible);
  add(fold, Qt::AlignLeft);
  add(help);

  if (!analysis_.inputs.empty()) add(heading(analysis_.inputs.size() == 1 ? tr("Input") : tr("Inputs"), content));
  inputs_->setParent(content);
  add(inputs_);

  if (!analysis_.parameters.empty()) {
    auto* line = new QHBoxLayout;
    line->setContentsMargins(8, 4, 0, 0);
    line->addWidget(heading(tr("Parameters"), content), 1);
    reset_ = new QToolButton(content);
    reset_->setObjectName(QStringLiteral("resetAll"));
    reset_->setText(tr("Reset all"));
    reset_->setAutoRaise(true);
    reset_->setToolTip(tr("Every parameter back to its default"));
    connect(reset_, &QToolButton::clicked, parameters_, &ParameterForm::resetAll);
    line->addWidget(reset_);
    column->addLayout(line);
    presets_ = new PresetBar(
        analysis_, form::presetFile(analysis_.id), [this] { return parameters_->values(); }, content);
    connect(presets_, &PresetBar::chosen, parameters_, &ParameterForm::setValues);
    add(presets_);
  }
  parameters_->setParent(content);
  column->addWidget(parameters_);
  column->addSpacing(8);
  add(heading(tr("Run on"), content));
  target_->setParent(content);
  add(target_);
  column->addStretch(1);
  scroll->setWidget(content);
  return scroll;
}

QWidget* AnalysisPage::footer() {
  auto* box = new QWidget(this);
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(12, 8, 12, 12);
  column->setSpacing(8);
  status_ = new QLabel(box);
  status_->setObjectName(QStringLiteral("status"));
  status_->setProperty("tone", QStringLiteral("muted"));
  status_->setWordWrap(true);
  run_ = new QPushButton(analysis_.isComparison() ? tr("Compare") : tr("Run"), box);
  run_->setObjectName(QStringLiteral("run"));
  run_->setProperty("tone", QStringLiteral("accent"));
  run_->setToolTip(tr("Run in a process of its own (Enter, Ctrl+Enter)"));
  run_->setAccessibleName(tr("Run %1").arg(str(analysis_.name)));
  connect(run_, &QPushButton::clicked, this, &AnalysisPage::run);
  column->addWidget(status_);
  column->addWidget(run_);
  return box;
}

void AnalysisPage::refresh() {
  if (!run_) return;
  const QStringList problems = inputs_->problems() + parameters_->problems() + target_->problems();
  const QString host = target_->host();
  const QString verb = analysis_.isComparison() ? tr("Compare") : tr("Run");
  run_->setText(host.isEmpty() ? verb : tr("%1 on %2").arg(verb, host));
  if (presets_) presets_->follow();
  if (reset_) reset_->setEnabled(parameters_->differs());
  run_->setEnabled(problems.isEmpty() && notice_->text().isEmpty());
  QString text = problems.join(QLatin1Char('\n'));
  if (problems.isEmpty()) {
    const double bytes = analysis_.memoryFor(inputs_->voxels());
    if (bytes > 0)
      text = tr("Needs about %1 of memory.")
                 .arg(QLocale::c().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat));
  }
  status_->setText(text);
  status_->setVisible(!text.isEmpty());
}

void AnalysisPage::run() {
  if (!notice_->text().isEmpty()) return;
  if (inputs_->valid() && parameters_->valid() && target_->problems().isEmpty()) {
    target_->remember();
    inputs_->keep();
    Q_EMIT runRequested(analysis_.id, parameters_->values(), inputs_->values(), target_->place());
  } else if (!parameters_->valid()) {
    parameters_->firstEditor()->setFocus();
  }
}

/// Fields leave Enter to whom they belong to.
void AnalysisPage::keyPressEvent(QKeyEvent* event) {
  const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (enter && !(event->modifiers() & ~Qt::KeypadModifier))
    run();
  else
    QWidget::keyPressEvent(event);
}

void AnalysisPage::focusForm() {
  if (parameters_->firstEditor())
    parameters_->setFocus(Qt::OtherFocusReason);
  else
    run_->setFocus(Qt::TabFocusReason);
}

void AnalysisPage::adopt(const AnalysisPage& before) {
  std::map<std::string, std::string> layers = before.inputs_->values();
  for (const Input& input : before.analysis_.inputs)
    layers.try_emplace(input.name); // none was chosen
  inputs_->setValues(layers);
  const nlohmann::json had = before.parameters_->values();
  nlohmann::json kept = nlohmann::json::object();
  for (const Parameter& parameter : analysis_.parameters) {
    const Parameter* old = before.analysis_.parameter(parameter.name);
    if (!old || had[old->name] == old->defaultValue) continue; // a new default comes through
    if (form::complaint(parameter, had[old->name]).empty()) kept[parameter.name] = had[old->name];
  }
  parameters_->setValues(kept);
  target_->setPlace(before.target_->place());
  for (const char* name : {"about", "advanced"}) {
    const auto* old = before.findChild<FoldButton*>(QLatin1String(name));
    if (auto* fold = findChild<FoldButton*>(QLatin1String(name)); fold && old && old->isOpen()) fold->setOpen(true);
  }
  QMetaObject::invokeMethod(
      this, [this, at = before.scroll_->verticalScrollBar()->value()] { scroll_->verticalScrollBar()->setValue(at); },
      Qt::QueuedConnection); // once it is laid out
}

void AnalysisPage::setNotice(const QString& why) {
  notice_->setText(why);
  notice_->setVisible(!why.isEmpty());
  refresh();
}

} // namespace discern::desktop

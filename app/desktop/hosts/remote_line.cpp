#include "desktop/hosts/remote_line.h"

#include "data/address.h"
#include "desktop/hosts/remote_runs.h"
#include "remote/host_profile.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyle>

namespace discern::desktop {

namespace {

QString str(const std::string& text) { return QString::fromStdString(text); }

constexpr int most = 120; ///< pixels of a host's name

} // namespace

RemoteLine::RemoteLine(QWidget* parent) : QWidget(parent), words_(new QLabel(this)) {
  setObjectName(QStringLiteral("remoteLine"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(63, 0, 36, 0);
  row->setSpacing(8);
  words_->setObjectName(QStringLiteral("note"));
  words_->setProperty("tone", QStringLiteral("muted"));
  words_->setWordWrap(true);
  words_->setTextFormat(Qt::PlainText);
  words_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  words_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  row->addWidget(words_, 1);
  retry_ = button("tryNow", tr("Try Now"), tr("Try the connection at once"));
  signIn_ = button("signIn", tr("Sign In…"), tr("ssh asks for what it needs; the run goes on by itself then"));
  follow_ = button("followAgain", tr("Follow Again"), tr("See how it goes on, and have its result brought here"));
  fetch_ = button("fetchResult", tr("Fetch Result"), tr("Bring the result from its host to this computer"));
  stop_ = button("stopWork", tr("Stop"), {});
  send_ = button("sendAlong", tr("Send It Along and Run Again"),
                 tr("The analysis' folder is copied to the host, for this run"));
  connect(retry_, &QPushButton::clicked, this, &RemoteLine::retryRequested);
  connect(signIn_, &QPushButton::clicked, this, &RemoteLine::signInRequested);
  connect(follow_, &QPushButton::clicked, this, &RemoteLine::followRequested);
  connect(fetch_, &QPushButton::clicked, this, &RemoteLine::fetchRequested);
  connect(stop_, &QPushButton::clicked, this, &RemoteLine::stopRequested);
  connect(send_, &QPushButton::clicked, this, &RemoteLine::sendPluginRequested);
  hide();
}

QPushButton* RemoteLine::button(const char* name, const QString& text, const QString& tip) {
  auto* made = new QPushButton(text, this);
  made->setObjectName(QLatin1String(name));
  made->setToolTip(tip);
  made->setMinimumWidth(92);
  made->hide();
  static_cast<QHBoxLayout*>(layout())->addWidget(made);
  return made;
}

void RemoteLine::show(const jobs::Snapshot& snapshot, bool cancelling, const QString& activity,
                      const QString& trouble) {
  if (snapshot.host.empty()) {
    hide();
    return;
  }
  const QString host = str(snapshot.host);
  const bool over = jobs::isFinal(snapshot.state), busy = !activity.isEmpty();
  const bool away = over && data::isRemote(snapshot.result);
  const bool unreachable = snapshot.state == jobs::RunState::Unreachable;
  const bool signIn = wantsSignIn(snapshot) && !snapshot.unwatched;
  QString text = activity;
  if (text.isEmpty() && !trouble.isEmpty()) text = trouble;
  if (text.isEmpty() && over)
    text = away ? tr("The result stays on %1.").arg(host) : QString();
  else if (text.isEmpty() && snapshot.detached)
    text = tr("Left to itself on %1, where it goes on.").arg(host);
  else if (text.isEmpty() && snapshot.unwatched)
    text = tr("It may still go on on %1; nobody here follows it.").arg(host);
  else if (text.isEmpty())
    text = str(snapshot.note);
  // a follower says so, too, once it has noticed
  if (cancelling && unreachable && !text.contains(QLatin1String("cancelled")))
    text += (text.isEmpty() ? QString() : QStringLiteral(" ")) +
            tr("It will be cancelled as soon as %1 is reached.").arg(host);
  if (lacksPlugin(snapshot) && !busy) text = tr("The analysis can be sent along with the run.");
  words_->setText(text);
  const QString tone = !busy && !trouble.isEmpty() ? QStringLiteral("bad") : QStringLiteral("muted");
  if (words_->property("tone").toString() != tone) {
    words_->setProperty("tone", tone);
    words_->style()->unpolish(words_);
    words_->style()->polish(words_);
  }
  retry_->setVisible(!busy && unreachable && !snapshot.unwatched && !signIn);
  signIn_->setVisible(!busy && signIn);
  follow_->setVisible(!busy && !over && snapshot.unwatched);
  fetch_->setVisible(!busy && away);
  send_->setVisible(!busy && lacksPlugin(snapshot));
  stop_->setVisible(busy);
  setVisible(!text.isEmpty());
}

QString RemoteLine::text() const { return words_->text(); }

HostBadge::HostBadge(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("hostBadge"));
  setProperty("tone", QStringLiteral("muted"));
  setProperty("textSize", QStringLiteral("small"));
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  hide();
}

void HostBadge::setHost(const QString& host) {
  if (host == host_) return;
  host_ = host;
  setToolTip(tr("Runs on %1").arg(host));
  setAccessibleName(toolTip());
  setVisible(!host.isEmpty());
  updateGeometry();
  update();
}

int HostBadge::widthFor(const QString& host) const {
  ensurePolished();
  return std::min(most, fontMetrics().horizontalAdvance(host)) + 14;
}

QSize HostBadge::sizeHint() const { return {widthFor(host_), fontMetrics().height() + 4}; }

void HostBadge::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QColor colour = palette().color(QPalette::WindowText);
  QColor line = colour;
  line.setAlphaF(0.5F);
  painter.setPen(QPen(line, 1));
  const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
  painter.drawRoundedRect(frame, 4, 4);
  painter.setPen(colour);
  painter.drawText(rect(), Qt::AlignCenter, fontMetrics().elidedText(host_, Qt::ElideMiddle, width() - 12));
}

} // namespace discern::desktop

#pragma once
#include <QWidget>
#include <functional>
#include <vector>

class QVBoxLayout;

namespace discern::desktop {

class Appearance;

/// Something to tell the person without stopping them.
struct Message {
  enum class Kind { Info, Warning, Error };
  struct Choice {
    QString text;
    std::function<void()> run;
  };
  Kind kind = Kind::Error;
  QString text;    ///< a sentence: what happened and what to do
  QString details; ///< for the curious and for reports; may be empty
  std::vector<Choice> choices;
  int seconds = 0; ///< goes by itself after so long; 0: stays until dismissed
};

/// Messages above the views, newest on top, at most three at a time; the oldest give way. Each can be read in full,
/// copied and dismissed.
class MessageBanner final : public QWidget {
  Q_OBJECT
public:
  MessageBanner(const Appearance& appearance, QWidget* parent = nullptr);
  void show(const Message& message);
  /// Texts shown now, newest first.
  [[nodiscard]] QStringList texts() const;
  void dismiss(const QString& text); ///< the message of that text, if it is still there
  void clear();

private:
  const Appearance& appearance_;
  QVBoxLayout* column_;
};

} // namespace discern::desktop

#pragma once
#include "data/plot/ask.h"
#include "scene/diagram/raster.h"
#include "scene/diagram/sources.h"
#include "scene/overlay/overlay.h"
#include "scene/plot/axes_panel.h"
#include "scene/plot/chart.h"
#include "session/session.h"

#include <map>
#include <set>

namespace discern::scene {

/// One plot of the session (session::Diagram). The kinds are classes below this one; what the mouse and keys mean comes
/// out as commands, so that whoever hosts a diagram need not know its kind. Panel "KIND:ID"; its ranges are
/// State::plots by the id.
class DiagramPanel : public AxesPanel {
public:
  /// What a person can choose about a diagram.
  struct Choice {
    std::string property; ///< "x", "y", or the name of an option
    std::string title;    ///< "Order"
    std::string value;    ///< in force
    SourceList values;    ///< (value, words)
  };
  /// The numbers under the picture: a line of headings, then rows, as text that gives each number back.
  using Sheet = std::vector<std::vector<std::string>>;
  using Pixel = std::array<double, 2>;

  DiagramPanel(Context context, std::string kind, std::string id);
  [[nodiscard]] std::string name() const override { return kind_ + ":" + id_; }
  void attach(vtkRenderWindow* window) override;
  [[nodiscard]] Overlay* overlay() override { return &overlay_; }
  void resize(int width, int height) override;
  void update(const session::State& state) override;
  void setTheme(const Theme& theme) override;
  void reread() override;
  [[nodiscard]] bool complete() const override;
  [[nodiscard]] std::string plot() const override { return id_; }
  [[nodiscard]] std::optional<View> view() const override;
  [[nodiscard]] std::optional<std::array<double, 2>> dataAt(double x, double y) const override {
    return chart_.dataAt(x, y);
  }
  [[nodiscard]] std::array<double, 2> pixelOf(double x, double y) const override { return chart_.pixelOf(x, y); }
  void hover(std::optional<Pixel> pixel) override;
  /// Draws the outline that a drag encloses; empty: none.
  void sketch(std::vector<Pixel> outline);

  [[nodiscard]] const session::Diagram* diagram() const { return state_.diagramOf(id_); }
  [[nodiscard]] virtual std::vector<Choice> choices() const { return {}; }
  /// What a click, an enclosed region (a polygon in pixels) and an arrow key ask of the session. `add`: to what is
  /// chosen already.
  [[nodiscard]] virtual std::vector<session::Command> click(Pixel, bool /*add*/) const { return {}; }
  [[nodiscard]] virtual std::vector<session::Command> enclose(const std::vector<Pixel>&, bool /*add*/) const {
    return {};
  }
  [[nodiscard]] virtual std::vector<session::Command> step(int /*right*/, int /*up*/) const { return {}; }
  /// The wheel zooms both axes; else the one across, with Ctrl the upright one.
  [[nodiscard]] virtual bool zoomsBoth() const { return false; }
  /// A drag encloses a region, rectangular or freehand.
  [[nodiscard]] virtual bool encloses() const { return false; }
  [[nodiscard]] virtual Sheet sheet() const { return {}; }
  /// What stands in the heading, and in the middle of an empty picture.
  [[nodiscard]] const std::string& heading() const { return heading_; }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  /// What a gesture does, for a tooltip.
  [[nodiscard]] virtual std::string hint() const { return {}; }

protected:
  /// Asks, with want(), for what `state_` needs; called after each change of the state or the size.
  virtual void ask() = 0;
  /// Draws what has come, between the heading and the lower edge. Not called while there is nothing.
  virtual void draw() = 0;
  [[nodiscard]] virtual bool empty() const = 0;
  /// What is missing, when there is nothing to draw and nothing under way.
  [[nodiscard]] virtual std::string emptyText() const { return "There is nothing to plot"; }
  /// The words at rest, and under the pointer (empty: the same).
  [[nodiscard]] virtual std::string restText() const { return {}; }
  [[nodiscard]] virtual std::string textAt(Pixel) const { return {}; }

  [[nodiscard]] std::string option(const std::string& name, const char* fallback) const;
  [[nodiscard]] double px(double logical) const { return logical * context_.scale; }
  [[nodiscard]] Chart::Look look() const { return {context_.theme, context_.scale, width_, height_, 32}; }
  /// Opens the files of the diagram's sources. True when they are known.
  bool known(const std::string& source);
  void changed();

  /// Asks once for an answer; `take` gets it, unless something else is wanted by then.
  template <typename Answer, typename Request>
  void want(const Request& request, int purpose, std::function<void(Answer)> take);
  /// Nothing is wanted for a purpose any more.
  void drop(int purpose);

  session::State state_;
  Overlay overlay_;
  vtkNew<vtkRenderer> renderer_;
  Raster raster_;
  Chart chart_;
  int width_ = 640, height_ = 320;
  std::optional<Pixel> hover_;

private:
  void redraw();
  void say(const std::string& words);
  [[nodiscard]] bool arrived(int purpose, const std::string& asked, const std::string& error);
  std::string kind_, id_, heading_, trouble_;
  std::vector<Pixel> outline_;
  std::map<int, std::string> asked_, errors_;
  std::set<int> waiting_;
  std::set<std::string> opening_, failed_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
  bool known_ = false;
};

template <typename Answer, typename Request>
void DiagramPanel::want(const Request& request, int purpose, std::function<void(Answer)> take) {
  const std::string asked = nlohmann::json(request).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (asked_[purpose] == asked) return;
  asked_[purpose] = asked;
  waiting_.insert(purpose);
  data::ask<Answer>(context_.provider, request, data::Priority::Visible, {this, purpose},
                    [weak = std::weak_ptr(alive_), this, purpose, asked,
                     take = std::move(take)](data::FieldProvider::Reply<Answer> reply) {
                      if (weak.expired() || !arrived(purpose, asked, reply.error)) return;
                      if (reply.error.empty()) take(std::move(reply.value));
                      changed();
                    });
}

/// "histogram:D2" → the panel of that kind. nullptr: there is no such kind.
[[nodiscard]] std::unique_ptr<DiagramPanel> makeDiagramPanel(const std::string& name, Context context);
/// The kinds that makeDiagramPanel knows, in the order of a menu.
[[nodiscard]] const std::vector<std::string>& drawnKinds();
/// "KIND:ID"
[[nodiscard]] std::string panelNameOf(const session::Diagram& diagram);

} // namespace discern::scene

#include <wamp/actors/broker/event_tables.hpp>
#include <wamp/actors/broker/past_selection.hpp>

#include <algorithm>
#include <limits>

namespace wamp {

namespace {

constexpr std::int64_t our_application = 0x57414D50; // "WAMP"
constexpr std::int64_t our_version = 1;

// An event's largest column is its last one: who reads the others does not read it.
constexpr auto make_tables = R"(
  CREATE TABLE retained (
    seq INTEGER PRIMARY KEY,
    publication INTEGER NOT NULL UNIQUE, publisher INTEGER NOT NULL, topic TEXT NOT NULL,
    about BLOB NOT NULL, format INTEGER NOT NULL, parts INTEGER NOT NULL, args BLOB NOT NULL);
  CREATE TABLE histories (
    id INTEGER PRIMARY KEY, match TEXT NOT NULL, uri TEXT NOT NULL, UNIQUE (match, uri));
  CREATE TABLE past (
    seq INTEGER PRIMARY KEY,
    history INTEGER NOT NULL, time INTEGER NOT NULL, bytes INTEGER NOT NULL,
    publication INTEGER NOT NULL, publisher INTEGER NOT NULL, topic TEXT NOT NULL,
    about BLOB NOT NULL, format INTEGER NOT NULL, parts INTEGER NOT NULL, args BLOB NOT NULL);
  CREATE INDEX past_in_order ON past (history, seq);
  CREATE INDEX past_by_publication ON past (history, publication);
)";

std::int64_t one_integer(sqlite_connection& db, const char* sql) {
  sqlite_statement statement{db, sql};
  auto rows = statement.rows();
  return rows.next() ? rows.integer(0) : 0;
}

/// Options and details, as one text of CBOR.
std::string about(const publication& p) {
  if (p.options.empty() && p.details.empty())
    return {};
  return std::string{payload::native({{p.options, p.details}, {}}).view(format::cbor)};
}

void read_about(std::string_view bytes, publication& into) {
  if (bytes.empty())
    return;
  const auto both = payload::encoded(format::cbor, slice{std::string{bytes}}, 1).values().args;
  into.options = *both.at(0).get_if<dict>();
  into.details = *both.at(1).get_if<dict>();
}

/// The columns from `publication` to `args`, the first of which is `column`. Its arguments are
/// opened here: what comes of it goes on the wire, and a file can be damaged.
publication publication_at(const sqlite_rows& row, int column) {
  publication p;
  p.id = publication_id{static_cast<std::uint64_t>(row.integer(column))};
  p.publisher = session_id{static_cast<std::uint64_t>(row.integer(column + 1))};
  p.topic = row.bytes(column + 2);
  read_about(row.bytes(column + 3), p);
  const auto encoding = all_formats.at(static_cast<std::size_t>(row.integer(column + 4)));
  const auto parts = static_cast<unsigned>(row.integer(column + 5));
  p.args = payload::encoded(encoding, slice{std::string{row.bytes(column + 6)}}, parts);
  p.args.values();
  return p;
}

std::int64_t number_of(publication_id id) {
  return static_cast<std::int64_t>(id.value());
}

/// A statement's last parameters: those columns.
template <class... First>
void insert(sqlite_statement& into, const kept_publication& what, const First&... first) {
  const auto& p = what.without_args();
  const auto about_it = about(p);
  into.run(
      first..., number_of(p.id), static_cast<std::int64_t>(p.publisher.value()),
      std::string_view{p.topic}, blob{about_it},
      static_cast<std::int64_t>(index_of(what.encoding())), static_cast<std::int64_t>(what.parts()),
      blob{what.args()});
}

} // namespace

struct event_tables::statements {
  explicit statements(sqlite_connection& db)
      : begin{db, "BEGIN IMMEDIATE"},
        commit{db, "COMMIT"},
        retain{
            db, "INSERT OR REPLACE INTO retained (publication, publisher, topic, about, format, "
                "parts, args) VALUES (?, ?, ?, ?, ?, ?, ?)"},
        release{db, "DELETE FROM retained WHERE publication = ?"},
        add_history{db, "INSERT INTO histories (match, uri) VALUES (?, ?) RETURNING id"},
        remember{
            db, "INSERT INTO past (history, time, bytes, publication, publisher, topic, about, "
                "format, parts, args) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
        drop_oldest_of{
            db, "DELETE FROM past WHERE seq = (SELECT seq FROM past WHERE history = ? "
                "ORDER BY seq LIMIT 1) RETURNING history, bytes"},
        drop_oldest{
            db, "DELETE FROM past WHERE seq = (SELECT seq FROM past ORDER BY seq LIMIT 1) "
                "RETURNING history, bytes"},
        place{db, "SELECT seq FROM past WHERE history = ? AND publication = ?"},
        find{
            db, "SELECT time, bytes, publication, publisher, topic, about, format, parts, args "
                "FROM past WHERE history = ? AND seq BETWEEN ? AND ? ORDER BY seq"},
        find_reverse{
            db, "SELECT time, bytes, publication, publisher, topic, about, format, parts, args "
                "FROM past WHERE history = ? AND seq BETWEEN ? AND ? ORDER BY seq DESC"} {}

  sqlite_statement begin;
  sqlite_statement commit;
  sqlite_statement retain;
  sqlite_statement release;
  sqlite_statement add_history;
  sqlite_statement remember;
  sqlite_statement drop_oldest_of;
  sqlite_statement drop_oldest;
  sqlite_statement place;
  sqlite_statement find;
  sqlite_statement find_reverse;
};

event_tables::event_tables(const std::string& path, std::size_t max_history_bytes)
    : max_history_bytes_(max_history_bytes), connection_(path) {
  prepare_file();
  sql_ = std::make_unique<statements>(connection_);
  learn_histories();
}

event_tables::~event_tables() = default;

void event_tables::prepare_file() {
  // Nobody else's, so there is no memory to be shared with others, either. What was committed has
  // reached the disk.
  connection_.run("PRAGMA locking_mode = EXCLUSIVE;"
                  "PRAGMA journal_mode = WAL;"
                  "PRAGMA synchronous = FULL;"
                  "PRAGMA journal_size_limit = 67108864;"
                  "BEGIN IMMEDIATE");
  make_or_check_tables();
  connection_.run("COMMIT");
}

void event_tables::make_or_check_tables() {
  if (one_integer(connection_, "SELECT count(*) FROM sqlite_schema") == 0) {
    connection_.run(make_tables);
    // Those numbers above; a pragma takes no parameters.
    connection_.run("PRAGMA application_id = 1463897424; PRAGMA user_version = 1");
    return;
  }
  if (one_integer(connection_, "PRAGMA application_id") != our_application)
    throw sqlite_error{"it is a database of something else"};
  if (one_integer(connection_, "PRAGMA user_version") != our_version)
    throw sqlite_error{"it was made by another version of this program"};
  sqlite_statement check{connection_, "PRAGMA quick_check(1)"};
  auto rows = check.rows();
  if (!rows.next() || rows.bytes(0) != "ok")
    throw sqlite_error{"database disk image is malformed"};
}

void event_tables::learn_histories() {
  histories_.clear();
  history_bytes_ = 0;
  sqlite_statement all{
      connection_, "SELECT match, uri, id, count(bytes), ifnull(sum(bytes), 0) FROM histories "
                   "LEFT JOIN past ON history = id GROUP BY id"};
  auto rows = all.rows();
  while (rows.next()) {
    const auto match = match_policy_named(rows.bytes(0));
    if (!match)
      throw sqlite_error{"it names an unknown match policy"};
    const history h{
        rows.integer(2), static_cast<std::size_t>(rows.integer(3)),
        static_cast<std::size_t>(rows.integer(4))};
    histories_.emplace(std::pair{*match, std::string{rows.bytes(1)}}, h);
    history_bytes_ += h.bytes;
  }
  has_learnt_ = true;
}

void event_tables::begin() {
  if (!has_learnt_)
    learn_histories();
  sql_->begin.run();
}

void event_tables::commit() {
  sql_->commit.run();
}

void event_tables::roll_back() noexcept {
  has_learnt_ = false;
  try {
    if (connection_.is_in_transaction()) // some errors have ended it already
      connection_.run("ROLLBACK");
  } catch (const sqlite_error&) { // then the next one does not begin
  }
}

std::vector<kept_publication> event_tables::retained() {
  sqlite_statement all{
      connection_, "SELECT publication, publisher, topic, about, format, parts, args "
                   "FROM retained ORDER BY seq"};
  std::vector<kept_publication> result;
  auto rows = all.rows();
  while (rows.next())
    result.emplace_back(publication_at(rows, 0));
  return result;
}

void event_tables::retain(const kept_publication& what) {
  insert(sql_->retain, what);
}

void event_tables::release(const std::vector<publication_id>& gone) {
  for (auto id : gone)
    sql_->release.run(number_of(id));
}

event_tables::history& event_tables::history_of(const history_topic& topic) {
  auto& h = histories_[{topic.match, topic.uri}];
  if (h.id == 0) {
    auto made = sql_->add_history.rows(name_of(topic.match), std::string_view{topic.uri});
    made.next();
    h.id = made.integer(0);
  }
  return h;
}

void event_tables::remember(
    const history_topic& in, time_point time, const kept_publication& what) {
  auto& h = history_of(in);
  const auto size = what.size();
  insert(
      sql_->remember, what, h.id, time.time_since_epoch().count(), static_cast<std::int64_t>(size));
  ++h.events;
  h.bytes += size;
  history_bytes_ += size;
  while (h.events > in.bounds.events || h.bytes > in.bounds.bytes)
    forget(sql_->drop_oldest_of.rows(h.id));
  while (history_bytes_ > max_history_bytes_)
    forget(sql_->drop_oldest.rows());
}

// There are a few histories.
void event_tables::forget(sqlite_rows&& dropped) {
  if (!dropped.next())
    throw sqlite_error{"it holds less than it has counted"};
  const auto from = std::find_if(histories_.begin(), histories_.end(), [&](const auto& h) {
    return h.second.id == dropped.integer(0);
  });
  const auto size = static_cast<std::size_t>(dropped.integer(1));
  if (from != histories_.end()) {
    --from->second.events;
    from->second.bytes -= size;
  }
  history_bytes_ -= size;
}

// As in a history in memory: one that is not there is behind all and before all others.
event_tables::range event_tables::range_of(const history& in, const history_query& query) {
  range result{0, std::numeric_limits<std::int64_t>::max()};
  const auto narrow = [&](const std::optional<publication_id>& id, auto cut) {
    if (!id)
      return;
    auto found = sql_->place.rows(in.id, number_of(*id));
    if (found.next())
      cut(found.integer(0));
    else
      result.last = -1;
  };
  const auto not_before = [&](std::int64_t n) { result.first = std::max(result.first, n); };
  const auto not_behind = [&](std::int64_t n) { result.last = std::min(result.last, n); };
  narrow(query.from_publication, not_before);
  narrow(query.after_publication, [&](std::int64_t n) { not_before(n + 1); });
  narrow(query.before_publication, [&](std::int64_t n) { not_behind(n - 1); });
  narrow(query.until_publication, not_behind);
  return result;
}

std::vector<past_event> event_tables::find(
    const history_topic& in, const history_query& query, const session_info& caller) {
  if (!has_learnt_)
    learn_histories();
  std::vector<past_event> result;
  const auto found = histories_.find({in.match, in.uri});
  if (found == histories_.end())
    return result;
  const auto [first, last] = range_of(found->second, query);
  auto& statement = query.reverse ? sql_->find_reverse : sql_->find;
  answer_room room{query};
  auto rows = statement.rows(found->second.id, first, last);
  while (rows.next()) {
    const time_point time{std::chrono::milliseconds{rows.integer(0)}};
    publication what;
    what.topic = rows.bytes(4);
    read_about(rows.bytes(5), what);
    if (!query.wants(time, what.topic) || !was_for(what, caller))
      continue;
    if (!room.takes(static_cast<std::size_t>(rows.integer(1))))
      break;
    result.push_back({time, publication_at(rows, 2)});
  }
  return result;
}

} // namespace wamp

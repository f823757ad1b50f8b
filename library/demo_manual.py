"""The quality manual of the demonstration: facts of a real department's manual in words of our own."""
# ruff: noqa: E501

OPENING = (
    (
        "I.",
        "Mục đích",
        "Sổ tay cho biết hệ thống quản lý chất lượng (HTQLCL) của Sở áp dụng ở đâu, theo chính sách và mục tiêu nào, gồm những quá trình gì và đáp ứng từng yêu cầu của TCVN ISO 9001:2015 ra sao.\nLãnh đạo và cán bộ chủ chốt dùng Sổ tay để điều hành; công chức, viên chức dùng để tra cứu quy trình và hồ sơ liên quan đến việc của mình.",
    ),
    (
        "II.",
        "Phạm vi áp dụng",
        "HTQLCL áp dụng cho các lĩnh vực quản lý nhà nước của Sở:\n- Nghiên cứu khoa học, phát triển công nghệ, đổi mới sáng tạo, công nghệ cao, công nghệ chiến lược và tiềm lực khoa học, công nghệ;\n- Sở hữu trí tuệ;\n- Tiêu chuẩn, đo lường, chất lượng;\n- Ứng dụng bức xạ và đồng vị phóng xạ; an toàn bức xạ và hạt nhân;\n- Bưu chính; viễn thông; tần số vô tuyến điện;\n- Công nghiệp công nghệ thông tin, công nghiệp công nghệ số; ứng dụng công nghệ thông tin; giao dịch điện tử;\n- Chính quyền số, kinh tế số, xã hội số và chuyển đổi số;\n- Hạ tầng thông tin truyền thông;\n- Dịch vụ sự nghiệp công trong ngành.\nPhòng chuyên môn và đơn vị sự nghiệp phụ trách lĩnh vực nào thì chủ trì soạn và thực hiện quy trình của lĩnh vực đó.\nBốn yêu cầu không áp dụng là 7.1.5, 8.3, 8.4 và 8.5.1.f; lý do nêu tại từng điều khoản.",
    ),
    (
        "III.",
        "Chính sách chất lượng",
        "Phương châm của cơ quan: Làm gương – Kỷ cương – Trọng tâm – Bứt phá. Nội dung cam kết được ban hành thành văn bản riêng, mã hiệu CSCL.",
    ),
    (
        "IV.",
        "Giới thiệu về cơ quan",
        "Sở hình thành theo Nghị quyết 03/NQ-HĐND ngày 01/7/2025 của HĐND tỉnh Đồng Nai, sau khi hợp nhất hai tỉnh Đồng Nai và Bình Phước; là cơ quan chuyên môn thuộc UBND tỉnh, tham mưu quản lý nhà nước các lĩnh vực nêu ở phần II.\nNhiệm vụ gồm các nhóm chính:\n- Trình UBND tỉnh, Chủ tịch UBND tỉnh dự thảo văn bản, kế hoạch, chương trình, đề án của ngành;\n- Tổ chức thi hành pháp luật, tuyên truyền, hướng dẫn và kiểm tra;\n- Cấp, cấp lại, thu hồi, gia hạn giấy phép, giấy chứng nhận và các giấy tờ khác theo phân cấp;\n- Lập kế hoạch, dự toán ngân sách của ngành; quản lý nhiệm vụ khoa học, công nghệ và đổi mới sáng tạo;\n- Thường trực công tác chuyển đổi số của tỉnh; quản lý hạ tầng số, an toàn và dịch vụ sự nghiệp công;\n- Giải quyết khiếu nại, tố cáo; quản lý tổ chức, biên chế, tài chính và chế độ báo cáo.\nSơ đồ tổ chức được quản lý ngay trên cổng (mục Cơ quan và đơn vị), theo thời gian hiệu lực của từng đơn vị.",
    ),
)

CLAUSES = (
    ("4", "Bối cảnh của tổ chức", ""),
    (
        "4.1",
        "Hiểu tổ chức và bối cảnh của tổ chức",
        "Mỗi năm một lần, lãnh đạo Sở và các phòng rà soát những yếu tố thuận lợi, bất lợi tác động đến việc giải quyết thủ tục hành chính.\nBên ngoài: môi trường pháp lý; an ninh, chính trị; nhà cung cấp; văn hóa; kinh tế - xã hội.\nBên trong: cơ cấu tổ chức; nhân sự; trang thiết bị, cơ sở vật chất; trao đổi thông tin nội bộ; kết quả hoạt động năm trước.\nMỗi yếu tố được xác định phải có giải pháp xử lý.\nTài liệu, hồ sơ: kế hoạch, báo cáo cải cách hành chính (phần thuận lợi, khó khăn, kết quả); biên bản họp giao ban.",
    ),
    (
        "4.2",
        "Hiểu nhu cầu và mong đợi của các bên quan tâm",
        "Cơ quan nhận diện các bên quan tâm (cơ quan cấp trên, cơ quan cùng cấp, tổ chức và cá nhân, đơn vị quản lý các phần mềm dùng chung), yêu cầu, nhu cầu và mong đợi của từng bên.\nHằng năm xem xét lại và bổ sung bên quan tâm mới.",
    ),
    (
        "4.3",
        "Xác định phạm vi của HTQLCL",
        "Phạm vi nêu ở phần II, cùng với giải quyết khiếu nại, tố cáo liên quan đến hoạt động khoa học và công nghệ và việc thực hiện các quy trình nội bộ.\nĐiều khoản không áp dụng: 7.1.5, 8.3, 8.4, 8.5.1.f. Lý do được ghi tại từng điều khoản và xem xét lại khi chức năng, nhiệm vụ thay đổi.",
    ),
    (
        "4.4",
        "HTQLCL và các quá trình của hệ thống",
        "HTQLCL là một phần của hệ thống quản lý chung, gắn với phần mềm một cửa, quản lý tài chính, nhân lực, cơ sở hạ tầng và tài sản.\nCơ quan quản lý theo quá trình: nhận diện quá trình, đầu vào, đầu ra, đơn vị phụ trách và sự tương tác, để đầu ra không phù hợp được ngăn từ sớm.\nCác quá trình và tương tác được thể hiện trên trang Quá trình của cổng; hồ sơ chứng minh nêu trong Danh mục hồ sơ.",
    ),
    ("5", "Sự lãnh đạo", ""),
    (
        "5.1",
        "Sự lãnh đạo và cam kết",
        "Lãnh đạo cao nhất thể hiện cam kết bằng việc:\n- Định kỳ xem xét vận hành HTQLCL qua báo cáo kết quả giải quyết thủ tục hành chính và việc dùng phần mềm;\n- Ban hành Chính sách (CSCL) và Mục tiêu chất lượng (MTCL) của Sở và các đơn vị; xem xét hằng năm hoặc 06 tháng một lần;\n- Giao các đơn vị lập quy trình khi có nhiệm vụ mới hoặc cần cải tiến;\n- Yêu cầu niêm yết, báo cáo kết quả trên mạng nội bộ hoặc trang thông tin điện tử.\nNgười dân, tổ chức là trung tâm: yêu cầu của họ và yêu cầu của pháp luật được xác định; rủi ro, cơ hội liên quan được giải quyết; mức hài lòng được duy trì và nâng lên.\nTài liệu, hồ sơ: biên bản họp giao ban; báo cáo, văn bản chỉ đạo; kế hoạch và báo cáo tiếp công dân; kết quả xử lý khiếu nại.",
    ),
    (
        "5.2",
        "Chính sách",
        "Chính sách chất lượng là văn bản riêng (CSCL) do lãnh đạo cao nhất phê duyệt, chi phối hoạt động hằng ngày, được cập nhật khi cần và công bố trên trang thông tin điện tử, phần mềm quản lý văn bản cho mọi công chức, viên chức và bên quan tâm.",
    ),
    (
        "5.3",
        "Vai trò, trách nhiệm và quyền hạn trong tổ chức",
        "Trách nhiệm và quyền hạn được giao cho mọi vị trí và phổ biến qua sơ đồ tổ chức, quy định chức năng, nhiệm vụ, nhằm: HTQLCL phù hợp tiêu chuẩn; các quá trình cho đầu ra dự kiến; báo cáo kết quả và cơ hội cải tiến; hướng về người dân; giữ tính toàn vẹn của hệ thống khi có thay đổi.\nTài liệu, hồ sơ: quy định chức năng, nhiệm vụ của các đơn vị; bản mô tả công việc theo đề án vị trí việc làm; bảng phân công nhiệm vụ của đơn vị; quyết định phân công nhiệm vụ. Các tài liệu này được đưa lên trang thông tin điện tử và phần mềm quản lý văn bản.",
    ),
    ("6", "Hoạch định", ""),
    (
        "6.1",
        "Hành động giải quyết rủi ro và cơ hội",
        "Rủi ro và cơ hội được xác định trước hết cho việc tiếp nhận, giải quyết thủ tục hành chính, dựa trên thiết bị, nhân sự, hệ thống thông tin, phần mềm và các bước xử lý. Hành động giải quyết được đưa vào quy trình.\nHằng năm đánh giá lại hiệu lực của hành động qua hồ sơ trễ hạn, kết quả sai yêu cầu.\nTài liệu, hồ sơ: QT.TĐC.02; BM.TĐC.02.01 Bảng nhận diện, đánh giá, giải quyết rủi ro và cơ hội; kế hoạch giải quyết rủi ro và cơ hội; biên bản họp xem xét của lãnh đạo.",
    ),
    (
        "6.2",
        "Mục tiêu chất lượng và hoạch định để đạt được mục tiêu",
        "Mục tiêu của Sở và của đơn vị nhất quán với Chính sách, kèm kế hoạch thực hiện; được sơ kết 06 tháng và tổng kết năm; công khai để mọi người thực hiện và cơ quan cấp trên theo dõi.\nTài liệu, hồ sơ: MTCL và kế hoạch thực hiện mục tiêu.",
    ),
    (
        "6.3",
        "Hoạch định thay đổi",
        "Khi thay đổi HTQLCL (sửa quy trình, đổi phần mềm…), cán bộ phụ trách ISO lập báo cáo gửi lãnh đạo và các đơn vị xem xét:\n- Mục đích và hệ quả;\n- Tính toàn vẹn của kết quả đã thực hiện;\n- Nguồn lực sẵn có;\n- Phân công lại trách nhiệm và quyền hạn.",
    ),
    ("7", "Hỗ trợ", ""),
    ("7.1", "Nguồn lực", ""),
    (
        "7.1.1",
        "Khái quát",
        "Nguồn lực được bố trí để thực hiện, duy trì, cải tiến HTQLCL và nâng mức hài lòng của người dân, có tính đến năng lực và giới hạn hiện có; được đánh giá khi lãnh đạo xem xét.",
    ),
    (
        "7.1.2",
        "Con người",
        "Nhân lực được bố trí theo quy định của Nhà nước; người làm việc ảnh hưởng đến chất lượng phải đủ năng lực về học vấn, đào tạo, kỹ năng, kinh nghiệm và hiểu Chính sách, Mục tiêu, đóng góp của mình và hậu quả khi không tuân thủ.",
    ),
    (
        "7.1.3",
        "Cơ sở hạ tầng",
        "Trụ sở và cơ sở vật chất; máy móc, thiết bị, phần cứng, phần mềm; công nghệ thông tin và liên lạc được duy trì, kiểm tra, bảo dưỡng theo quy định.",
    ),
    (
        "7.1.4",
        "Môi trường cho việc thực hiện các quá trình",
        "Môi trường làm việc được giữ phù hợp cả về tâm lý (tiến độ, áp lực) và vật lý (nhiệt độ, độ ẩm).",
    ),
    ("7.1.5", "Nguồn lực theo dõi và đo lường", ""),
    (
        "7.1.6",
        "Tri thức của tổ chức",
        "Tri thức cần cho công việc lấy từ bên trong (bài học, kinh nghiệm chuyên gia, tài sản trí tuệ) và bên ngoài (tiêu chuẩn, hội thảo, các bên liên quan); được lưu giữ, sẵn dùng và bổ sung khi nhu cầu thay đổi.\nTài liệu, hồ sơ: văn bản quy phạm pháp luật; tài liệu hội nghị, hội thảo; hướng dẫn sử dụng thiết bị, phần mềm (HD.VP.01); hướng dẫn công việc do người có kinh nghiệm viết cho người mới (HD.TĐC.01).",
    ),
    (
        "7.2",
        "Năng lực",
        "Phân công người đủ năng lực theo yêu cầu của cấp trên; tập huấn, đào tạo khi chưa đáp ứng; đánh giá hiệu lực hằng năm và ghi trong báo cáo kết quả đào tạo.\nVăn bằng, chứng chỉ được cập nhật trên phần mềm của ngành nội vụ để chứng minh năng lực.",
    ),
    (
        "7.3",
        "Nhận thức",
        "Mọi người biết Chính sách, Mục tiêu liên quan và đóng góp của mình nhờ: niêm yết và phổ biến CSCL; công bố MTCL và kế hoạch; các khóa tập huấn về TCVN ISO 9001:2015 và HTQLCL.\nHồ sơ: báo cáo đánh giá công vụ; xác nhận đã đọc trên cổng.",
    ),
    (
        "7.4",
        "Trao đổi thông tin",
        "Thông tin nội bộ được trao đổi qua: hành động khắc phục và khuyến nghị cải tiến; kết quả phân tích dữ liệu; các cuộc họp định kỳ, đột xuất; kết quả đánh giá; tham vấn công chức, viên chức, người lao động; thư điện tử, điện thoại, văn bản, văn phòng điện tử.",
    ),
    (
        "7.5",
        "Thông tin dạng văn bản",
        "Thông tin được lưu chủ yếu ở dạng điện tử trên các phần mềm, gồm: CSCL và MTCL; Sổ tay chất lượng; tài liệu hướng dẫn giải quyết thủ tục; hồ sơ tiếp nhận; phiếu biên nhận; phiếu chuyển hồ sơ; kế hoạch, báo cáo cải cách hành chính; hồ sơ đánh giá nội bộ và xem xét của lãnh đạo; văn bằng, chứng chỉ.\nQT.TĐC.01 quy định phê duyệt, định dạng, lưu trữ, thời hạn, trách nhiệm, hủy bỏ và sửa đổi.\nTài liệu bên ngoài (văn bản pháp luật, tài liệu hội nghị, tập huấn) do bộ phận chuyên môn xác định và lưu trên phần mềm quản lý văn bản hoặc máy tính của người dùng.",
    ),
    ("8", "Thực hiện", ""),
    (
        "8.1",
        "Hoạch định và kiểm soát việc thực hiện",
        "Quy trình giải quyết từng thủ tục được xác định trong danh mục tài liệu; từng bước, nội dung tiếp nhận, người thực hiện, chuẩn mực chấp nhận và loại văn bản của mỗi bước được cấu hình trên phần mềm một cửa điện tử.",
    ),
    ("8.2", "Yêu cầu đối với sản phẩm và dịch vụ", ""),
    (
        "8.2.1",
        "Trao đổi thông tin với khách hàng",
        "Cơ quan cung cấp thông tin dịch vụ công, xử lý yêu cầu và thay đổi, tiếp nhận phản hồi, khiếu nại, kiểm soát tài sản của Nhà nước. Hồ sơ được nộp trực tuyến qua Cổng dịch vụ công quốc gia.",
    ),
    (
        "8.2.2",
        "Xác định các yêu cầu đối với sản phẩm và dịch vụ",
        "Với dịch vụ mới, cơ quan nắm yêu cầu cụ thể kể cả cách trả kết quả, yêu cầu chưa nêu nhưng cần thiết, yêu cầu của pháp luật và của cơ quan. Yêu cầu đối với người nộp được mô tả trong quy trình và trên phần mềm; cán bộ một cửa ghi nhận vào phiếu biên nhận hồ sơ.",
    ),
    (
        "8.2.3",
        "Xem xét yêu cầu đối với sản phẩm và dịch vụ",
        "Trước khi nhận cung cấp dịch vụ, cơ quan bảo đảm yêu cầu đã rõ, đủ khả năng đáp ứng và rủi ro đã được xem xét.",
    ),
    (
        "8.2.4",
        "Thay đổi yêu cầu đối với sản phẩm và dịch vụ",
        "Khi yêu cầu thay đổi vì lý do khách quan, pháp luật hoặc người dân đề nghị, cơ quan thông báo bằng văn bản cho các bên và có biện pháp duy trì việc đáp ứng.",
    ),
    ("8.3", "Thiết kế và phát triển sản phẩm và dịch vụ", ""),
    ("8.4", "Kiểm soát quá trình, sản phẩm và dịch vụ do bên ngoài cung cấp", ""),
    ("8.5", "Sản xuất và cung cấp dịch vụ", ""),
    (
        "8.5.1",
        "Kiểm soát sản xuất và cung cấp dịch vụ",
        "Dịch vụ được kiểm soát bằng tài liệu, hồ sơ sẵn có; nguồn lực giám sát phù hợp; hoạt động theo dõi; hạ tầng và môi trường; người đủ năng lực; biện pháp ngừa lỗi; việc xét duyệt, chuyển giao và sau chuyển giao kết quả. Các bước được kiểm soát trên phần mềm một cửa điện tử và Cổng thông tin một cửa quốc gia.\nĐiểm 8.5.1.f (xác nhận giá trị sử dụng) không áp dụng: kết quả là hồ sơ, văn bản, giấy phép kiểm tra được trước khi trả.",
    ),
    (
        "8.5.2",
        "Nhận biết và truy xuất nguồn gốc",
        "Văn bản, hồ sơ và trạng thái xử lý được nhận biết trong suốt quá trình; nguồn gốc truy được qua hồ sơ công việc và sổ theo dõi. Xem Danh mục tài liệu HTQLCL nội bộ.",
    ),
    (
        "8.5.3",
        "Tài sản của khách hàng hoặc nhà cung cấp bên ngoài",
        "Thông tin, hồ sơ của tổ chức, công dân được nhận biết, bảo quản, bảo mật. Nếu mất hoặc hư hỏng, cơ quan báo cho người nộp, khắc phục, lập và lưu hồ sơ sự việc.",
    ),
    (
        "8.5.4",
        "Bảo toàn",
        "Hồ sơ chuyển giữa các bộ phận trên hệ thống điện tử; bản giấy do văn thư nhận và bàn giao. Người nhận kiểm số lượng, chủng loại. Lãnh đạo theo dõi tình trạng hồ sơ trên phần mềm.",
    ),
    (
        "8.5.5",
        "Hoạt động sau giao hàng",
        "Kết quả không bảo đảm chất lượng dẫn đến khiếu nại thì khắc phục hậu quả, điều tra nguyên nhân, thực hiện hành động khắc phục và thông tin cho người liên quan.",
    ),
    (
        "8.5.6",
        "Kiểm soát thay đổi",
        "Thay đổi của quá trình được kiểm soát theo kế hoạch hoặc đột xuất; có văn bản gửi người liên quan và ghi lại cách xử lý.",
    ),
    (
        "8.6",
        "Thông qua sản phẩm và dịch vụ",
        "Mỗi công đoạn được người phụ trách xác nhận trên phần mềm và phiếu chuyển hồ sơ; thông tin phê duyệt được ghi nhận đầy đủ.",
    ),
    (
        "8.7",
        "Kiểm soát đầu ra không phù hợp",
        "Kết quả không đáp ứng yêu cầu là đầu ra không phù hợp. Đơn vị phát hiện xử lý, lưu cách xử lý và người quyết định.\nVí dụ giấy chứng nhận sai thông tin: một cửa dừng hồ sơ trên phần mềm; chuyên viên kiểm tra, ghi nhận, báo cáo cán bộ phụ trách ISO, trưởng đơn vị và lãnh đạo qua phần mềm quản lý văn bản.\nTài liệu: QT.TĐC.04.",
    ),
    ("9", "Đánh giá kết quả thực hiện", ""),
    ("9.1", "Theo dõi, đo lường, phân tích và đánh giá", ""),
    (
        "9.1.1",
        "Khái quát",
        "Phân tích số liệu để đánh giá: sự phù hợp của quản lý nhà nước và dịch vụ công; mức hài lòng; kết quả và hiệu quả của HTQLCL; công tác hoạch định; hành động với rủi ro, cơ hội; nhà cung cấp bên ngoài; các chương trình cải tiến thủ tục.",
    ),
    (
        "9.1.2",
        "Sự thỏa mãn của khách hàng",
        "Hằng năm cơ quan khảo sát sự hài lòng và tổng hợp khiếu nại, phàn nàn. Nguồn thông tin: tiếp dân, khiếu nại, tố cáo, báo chí, điều tra mẫu, phần mềm khảo sát của cổng một cửa và khảo sát do Sở Nội vụ tổ chức. Cán bộ phụ trách ISO phân tích và báo cáo lãnh đạo.",
    ),
    (
        "9.2",
        "Đánh giá nội bộ",
        "Định kỳ đánh giá sự tuân thủ yêu cầu của người dân, của pháp luật và của tiêu chuẩn, theo QT.TĐC.03.",
    ),
    (
        "9.3",
        "Xem xét của lãnh đạo",
        "Lãnh đạo xem xét HTQLCL tại họp giao ban, sơ kết, tổng kết, định kỳ hoặc đột xuất; đánh giá cơ hội cải tiến, nhu cầu thay đổi, cả Chính sách và Mục tiêu; lưu hồ sơ kết quả.",
    ),
    ("10", "Cải tiến", ""),
    (
        "10.1",
        "Khái quát",
        "Cơ quan luôn chọn cơ hội cải tiến quá trình, điều chỉnh và ngăn tác động không mong muốn.",
    ),
    (
        "10.2",
        "Sự không phù hợp và hành động khắc phục",
        "Đơn vị liên quan kiểm soát, xử lý hậu quả; bộ phận phát hiện cân nhắc việc phân tích nguyên nhân. Khi cần thì:\n- Lập phiếu yêu cầu (BM.TĐC.04.01), xác định nguyên nhân và trường hợp tương tự;\n- Thực hiện hành động tương xứng, đánh giá kết quả;\n- Cập nhật rủi ro, thay đổi HTQLCL nếu cần.\nSự không phù hợp cùng bản chất lặp lại phải phân tích nguyên nhân. Kết quả được đăng trên phần mềm quản lý văn bản. Tài liệu: QT.TĐC.04.",
    ),
    (
        "10.3",
        "Cải tiến liên tục",
        "Hiệu lực của HTQLCL được nâng qua Chính sách, Mục tiêu, kết quả đánh giá, phân tích dữ liệu, hành động khắc phục và phòng ngừa, xem xét của lãnh đạo và các sáng kiến thi đua cuối năm. Tài liệu: QT.TĐC.03, QT.TĐC.04.",
    ),
)
